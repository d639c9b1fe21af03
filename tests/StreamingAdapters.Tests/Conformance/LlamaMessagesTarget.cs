using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>llama.cpp's real server, asked over <c>/v1/messages</c>.</summary>
internal sealed class LlamaMessagesTarget(Uri endpoint, string modelId, ConformanceFeatures modelFeatures) : ConformanceTarget
{
    private const int MaxOutputTokens = 300;

    // It ignores output_config.
    public override ConformanceFeatures Features => modelFeatures | ConformanceFeatures.Usage | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors | ConformanceFeatures.ServerSentEvents;

    public override string ProviderName => "anthropic";

    public override Uri Endpoint => endpoint;

    public override string ModelId => modelId;

    public override RequestLayout Layout => RequestLayout.Anthropic;

    public override IChatClient CreateClient(HttpClient? httpClient = null) => new AnthropicChatClient(new AnthropicOptions { Endpoint = Endpoint, Model = ModelId }, httpClient);

    public override ChatOptions CreateOptions() => new() { Temperature = 0, MaxOutputTokens = MaxOutputTokens };

    public override object CreateRawRequest(float temperature) => new JsonObject { ["temperature"] = temperature };
}
