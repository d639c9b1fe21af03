using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over <c>/v1/messages</c> of llama.cpp's real server; without the checks that need a server which fails on demand.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaMessagesConformanceTests : ConformanceTests
{
    private const string TextVariable = "ADAPTERS_LLAMA_ENDPOINT";
    private const string ToolsVariable = "ADAPTERS_LLAMA_TOOLS_ENDPOINT";

    // A model that writes text, and one that calls a tool whenever it has one.
    private static readonly Dictionary<string, (string Variable, ConformanceFeatures Features)> Servers = new(StringComparer.Ordinal)
    {
        ["bigram"] = (TextVariable, ConformanceFeatures.ToolHistory),
        ["tools"] = (ToolsVariable, ConformanceFeatures.Tools),
    };

    private string _model = "";

    public static IEnumerable<ITheoryDataRow> Texts => RowsOf("bigram", static check => !check.Needs.HasFlag(ConformanceFeatures.FaultInjection) && !check.Needs.HasFlag(ConformanceFeatures.Tools));

    public static IEnumerable<ITheoryDataRow> Tools => RowsOf("tools", static check => check.Needs is ConformanceFeatures.Tools);

    [Theory]
    [MemberData(nameof(Texts))]
    [MemberData(nameof(Tools))]
    public async Task Check_OverRealServer_Passes(string model, string name)
    {
        _model = model;
        await LlamaServers.FindAsync(Servers[model].Variable, TestContext.Current.CancellationToken);

        await RunAsync(name, LlamaServers.Safety);
    }

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LlamaMessagesTarget(await LlamaServers.FindAsync(Servers[_model].Variable, cancellationToken), _model, Servers[_model].Features);

    private static IEnumerable<ITheoryDataRow> RowsOf(string model, Func<ConformanceCheck, bool> isWanted) =>
        LlamaServers.Rows(Servers[model].Variable, _ => Where(isWanted).Select(check => new TheoryDataRow<string, string>(model, check.Data)));
}
