using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

internal sealed class OllamaTarget(EmulatedOllamaServer server, bool rawPrompt = false) : ConformanceTarget
{
    public const ConformanceFeatures OfGenerate = ConformanceFeatures.Usage | ConformanceFeatures.Reasoning | ConformanceFeatures.StructuredOutput | ConformanceFeatures.JsonObjects
        | ConformanceFeatures.Images | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors
        | ConformanceFeatures.ImmediateClose | ConformanceFeatures.DeadConnectionRetry | ConformanceFeatures.FrameLimit;

    public const ConformanceFeatures OfChat =
        OfGenerate | ConformanceFeatures.Tools | ConformanceFeatures.ParallelTools | ConformanceFeatures.ToolHistory | ConformanceFeatures.ReasoningHistory;

    public override ConformanceFeatures Features => rawPrompt ? OfGenerate : OfChat;

    public override string ProviderName => "ollama";

    public override Uri Endpoint => server.Endpoint;

    public override EmulatedServer Server => server;

    public override string ApiKey => "ollama-conformance-key-0123456789";

    public override RequestLayout Layout => RequestLayout.Ollama;

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new OllamaChatClient(new OllamaOptions { Endpoint = Endpoint, Model = ModelId, ApiKey = ApiKey, RawPrompt = rawPrompt }, httpClient);

    public override object CreateRawRequest(float temperature) => new JsonObject { ["options"] = new JsonObject { ["temperature"] = temperature } };
}
