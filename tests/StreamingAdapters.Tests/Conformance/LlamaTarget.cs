using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>llama.cpp's real server with a tiny model: it cannot fail on demand, and its answers need a limit.</summary>
internal sealed class LlamaTarget(Uri endpoint, string modelId, ConformanceFeatures modelFeatures) : ConformanceTarget
{
    // A model that calls a tool writes its arguments letter by letter, under a grammar.
    private const int MaxOutputTokens = 300;

    public override ConformanceFeatures Features => modelFeatures | ConformanceFeatures.Usage | ConformanceFeatures.CreationTime | ConformanceFeatures.StructuredOutput
        | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors | ConformanceFeatures.ServerSentEvents;

    public override string ProviderName => "llamacpp";

    public override Uri Endpoint => endpoint;

    public override string ModelId => modelId;

    public override RequestLayout Layout { get; } = RequestLayout.ChatCompletions();

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new OpenAIChatClient(new OpenAIOptions { Endpoint = Endpoint, Model = ModelId, Dialect = OpenAIDialect.LlamaCpp }, httpClient);

    public override ChatOptions CreateOptions() => new() { Temperature = 0, Seed = 1, MaxOutputTokens = MaxOutputTokens };

    public override object CreateRawRequest(float temperature) => new JsonObject { ["temperature"] = temperature };
}
