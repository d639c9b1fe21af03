using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The checks of the suite that read a stopwatch, over every emulated target, without company.</summary>
[Collection(nameof(Alone))]
public sealed class PromptConformanceTests : ConformanceTests
{
    private static readonly Dictionary<string, (ConformanceFeatures Features, Func<EmulatedServerOptions, CancellationToken, Task<ConformanceTarget>> CreateAsync)> Targets = new()
    {
        ["Ollama chat"] = (OllamaTarget.OfChat, static async (server, token) => new OllamaTarget(await EmulatedOllamaServer.StartAsync(server, token))),
        ["Ollama generate"] = (OllamaTarget.OfGenerate, static async (server, token) => new OllamaTarget(await EmulatedOllamaServer.StartAsync(server, token), rawPrompt: true)),
        ["OpenAI"] = OfDialect(OpenAIDialect.OpenAI),
        ["LM Studio"] = OfDialect(OpenAIDialect.LMStudio),
    };

    private string _target = "";

    public static IEnumerable<TheoryDataRow<string, string>> Names =>
        from target in Targets
        from check in ChatClientConformance.Checks
        where CanRun(check, target.Value.Features) && IsTimed(check)
        select new TheoryDataRow<string, string>(target.Key, check.Name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Check_OverEmulatedServer_Passes(string target, string name)
    {
        _target = target;
        return RunAsync(name);
    }

    protected override Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) => Targets[_target].CreateAsync(server, cancellationToken);

    private static (ConformanceFeatures Features, Func<EmulatedServerOptions, CancellationToken, Task<ConformanceTarget>> CreateAsync) OfDialect(OpenAIDialect dialect) =>
        (OpenAITarget.FeaturesOf(dialect), async (server, token) => new OpenAITarget(await EmulatedOpenAIServer.StartAsync(server, token), dialect));
}
