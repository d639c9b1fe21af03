using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The tool checks over llama.cpp's real server with a model that calls a tool whenever it has one.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaToolsConformanceTests : ConformanceTests
{
    private const string Variable = "ADAPTERS_LLAMA_TOOLS_ENDPOINT";

    public static IEnumerable<ITheoryDataRow> Names => LlamaServers.Rows(
        Variable, static _ => Where(static check => check.Needs is ConformanceFeatures.Tools));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Check_OverRealServer_Passes(string name)
    {
        await LlamaServers.FindAsync(Variable, TestContext.Current.CancellationToken);

        await RunAsync(name, LlamaServers.Safety);
    }

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LlamaTarget(await LlamaServers.FindAsync(Variable, cancellationToken), "tools", ConformanceFeatures.Tools);
}
