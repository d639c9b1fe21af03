using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

internal sealed class OllamaTarget(EmulatedOllamaServer server, bool rawPrompt = false) : ConformanceTarget
{
    public const ConformanceFeatures OfGenerate = ConformanceFeatures.Usage | ConformanceFeatures.CreationTime | ConformanceFeatures.Reasoning | ConformanceFeatures.StructuredOutput | ConformanceFeatures.JsonObjects
        | ConformanceFeatures.Images | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors
        | ConformanceFeatures.ImmediateClose | ConformanceFeatures.DeadConnectionRetry | ConformanceFeatures.FrameLimit;

    public const ConformanceFeatures OfChat =
        OfGenerate | ConformanceFeatures.Tools | ConformanceFeatures.ParallelTools | ConformanceFeatures.ToolHistory | ConformanceFeatures.ReasoningHistory;

    // The client's own clock stands still: on a machine that stalls, it would give up on the rest of a whole answer, and with it on the connection.
    private readonly ManualTimeProvider _clock = new();

    public override ConformanceFeatures Features => rawPrompt ? OfGenerate : OfChat;

    public override string ProviderName => "ollama";

    public override Uri Endpoint => server.Endpoint;

    public override EmulatedServer Server => server;

    public override string ApiKey => "ollama-conformance-key-0123456789";

    public override RequestLayout Layout => RequestLayout.Ollama;

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new OllamaChatClient(new OllamaOptions { Endpoint = Endpoint, Model = ModelId, ApiKey = ApiKey, RawPrompt = rawPrompt, TimeProvider = _clock }, httpClient);

    public override object CreateRawRequest(float temperature) => new JsonObject { ["options"] = new JsonObject { ["temperature"] = temperature } };
}
