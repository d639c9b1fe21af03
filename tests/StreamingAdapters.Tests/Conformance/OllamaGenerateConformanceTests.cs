using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over <c>/api/generate</c>, which has no tools and no history.</summary>
public sealed class OllamaGenerateConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(OllamaTarget.OfGenerate);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OllamaTarget(await EmulatedOllamaServer.StartAsync(server, cancellationToken), rawPrompt: true);
}
