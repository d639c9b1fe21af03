using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite over <c>/v1/responses</c> of llama.cpp's real server; without the checks that need a server which fails on demand.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaResponsesConformanceTests : ConformanceTests
{
    // It calls an answer completed that was cut by the limit, and says at the end alone when it was made.
    private static readonly string[] Untold = ["Streaming.LengthReported", "Streaming.SameIdentity", "Framing.OneByteReads", "Tools.SameIdentity"];

    private string _model = "";

    public static IEnumerable<ITheoryDataRow> Checks => LlamaServers.Checks(Untold);

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OverRealServer_Passes(string model, string name)
    {
        _model = model;
        await LlamaServers.FindAsync(LlamaServers.Models[model].Variable, TestContext.Current.CancellationToken);

        await RunAsync(name, LlamaServers.Safety);
    }

    protected override async Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new LlamaResponsesTarget(await LlamaServers.FindAsync(LlamaServers.Models[_model].Variable, cancellationToken), _model, LlamaServers.Models[_model].Features);
}
