using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over <c>/api/chat</c>.</summary>
public sealed class OllamaConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(OllamaTarget.OfChat);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OllamaTarget(await EmulatedOllamaServer.StartAsync(server, cancellationToken));
}
