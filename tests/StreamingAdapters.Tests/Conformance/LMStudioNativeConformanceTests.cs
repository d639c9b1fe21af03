using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over LM Studio's own API, which has no [DONE] and no finish reason, and takes neither tools nor the assistant's messages, which the check of untouched arguments sends.</summary>
public sealed class LMStudioNativeConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(LMStudioNativeTarget.All, "Framing.NoDone", "Framing.UnknownFinishReason", "Purity.Untouched");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LMStudioNativeTarget(await EmulatedLMStudioServer.StartAsync(server, cancellationToken));
}
