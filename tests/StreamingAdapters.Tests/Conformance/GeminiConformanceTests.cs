using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over Gemini, which has no [DONE], and the model in its address.</summary>
public sealed class GeminiConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(GeminiTarget.All, "Framing.NoDone");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new GeminiTarget(await EmulatedGeminiServer.StartAsync(server, cancellationToken));
}
