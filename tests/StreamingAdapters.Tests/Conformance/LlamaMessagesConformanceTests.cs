using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over <c>/v1/messages</c> of llama.cpp's real server; without the checks that need a server which fails on demand.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaMessagesConformanceTests : ConformanceTests
{
    private string _model = "";

    public static IEnumerable<ITheoryDataRow> Checks => LlamaServers.Checks();

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OverRealServer_Passes(string model, string name)
    {
        _model = model;
        await LlamaServers.FindAsync(LlamaServers.Models[model].Variable, TestContext.Current.CancellationToken);

        await RunAsync(name, LlamaServers.Safety);
    }

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LlamaMessagesTarget(await LlamaServers.FindAsync(LlamaServers.Models[_model].Variable, cancellationToken), _model, LlamaServers.Models[_model].Features);
}
