using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over llama.cpp's real server with a model that writes text; without the checks that need a server which fails on demand.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaTextConformanceTests : ConformanceTests
{
    private const string Variable = "ADAPTERS_LLAMA_ENDPOINT";

    public static IEnumerable<ITheoryDataRow> Names => LlamaServers.Rows(
        Variable, static _ => Where(static check => !check.Needs.HasFlag(ConformanceFeatures.FaultInjection) && !check.Needs.HasFlag(ConformanceFeatures.Tools)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Check_OverRealServer_Passes(string name)
    {
        await LlamaServers.FindAsync(Variable, TestContext.Current.CancellationToken);

        await RunAsync(name, LlamaServers.Safety);
    }

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LlamaTarget(await LlamaServers.FindAsync(Variable, cancellationToken), "bigram", ConformanceFeatures.ToolHistory);
}
