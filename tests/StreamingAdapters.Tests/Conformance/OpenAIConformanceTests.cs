using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over chat completions as OpenAI speaks them, which have no top_k.</summary>
public sealed class OpenAIConformanceTests : ConformanceTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => For(OpenAITarget.FeaturesOf(OpenAIDialect.OpenAI), except: "Requests.TopK");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string name) => RunAsync(name);

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OpenAITarget(await EmulatedOpenAIServer.StartAsync(server, cancellationToken), OpenAIDialect.OpenAI);
}
