using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>llama.cpp's real server, asked over <c>/v1/responses</c>.</summary>
internal sealed class LlamaResponsesTarget(Uri endpoint, string modelId, ConformanceFeatures modelFeatures) : ConformanceTarget
{
    private const int MaxOutputTokens = 300;

    // It ignores the schema in text.format.
    public override ConformanceFeatures Features => modelFeatures | ConformanceFeatures.Usage | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors | ConformanceFeatures.ServerSentEvents;

    public override string ProviderName => "llamacpp";

    public override Uri Endpoint => endpoint;

    public override string ModelId => modelId;

    public override RequestLayout Layout => RequestLayout.Responses;

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new OpenAIResponsesChatClient(new OpenAIResponsesOptions { ProviderName = ProviderName, Endpoint = Endpoint, Model = ModelId }, httpClient);

    public override ChatOptions CreateOptions() => new() { Temperature = 0, MaxOutputTokens = MaxOutputTokens };

    public override object CreateRawRequest(float temperature) => new JsonObject { ["temperature"] = temperature };
}
