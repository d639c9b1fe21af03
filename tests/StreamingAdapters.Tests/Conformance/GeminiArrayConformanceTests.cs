using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over Gemini's other form, one JSON array that arrives over time. An object that is not closed swallows the rest: it is truncated, not malformed.</summary>
public sealed class GeminiArrayConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(GeminiTarget.OfArrays, "Framing.Malformed", "Framing.Spliced");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new GeminiTarget(await EmulatedGeminiServer.StartAsync(server, cancellationToken), "?alt=json");
}
