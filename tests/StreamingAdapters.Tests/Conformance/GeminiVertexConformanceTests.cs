using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over Gemini on Vertex AI, whose address holds a project and whose key is a bearer token.</summary>
public sealed class GeminiVertexConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(GeminiTarget.All, "Framing.NoDone");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new GeminiTarget(await EmulatedGeminiServer.StartAsync(server, cancellationToken), project: "conformance");
}
