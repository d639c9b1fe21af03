using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over Messages, which have no [DONE], no usage on other events, no seed and no penalties.</summary>
public sealed class AnthropicConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(
        AnthropicTarget.All, "Framing.NoDone", "Usage.Cumulative", "Requests.Seed", "Requests.FrequencyPenalty", "Requests.PresencePenalty");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new AnthropicTarget(await EmulatedAnthropicServer.StartAsync(server, cancellationToken));
}
