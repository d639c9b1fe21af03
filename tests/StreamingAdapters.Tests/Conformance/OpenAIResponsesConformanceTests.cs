using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over Responses, which have no [DONE], and no words for half of the sampling options.</summary>
public sealed class OpenAIResponsesConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(
        OpenAIResponsesTarget.All, "Framing.NoDone", "Requests.TopK", "Requests.Seed", "Requests.StopSequences", "Requests.FrequencyPenalty", "Requests.PresencePenalty");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OpenAIResponsesTarget(await EmulatedOpenAIResponsesServer.StartAsync(server, cancellationToken));
}
