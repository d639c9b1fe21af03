using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over chat completions with LM Studio's dialect: reasoning goes back, empty answers fail, top_k is known.</summary>
public sealed class LMStudioConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(OpenAITarget.FeaturesOf(OpenAIDialect.LMStudio));

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OpenAITarget(await EmulatedOpenAIServer.StartAsync(server, cancellationToken), OpenAIDialect.LMStudio);
}
