using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.OpenAI;

namespace StreamingAdapters;

/// <summary>Embeddings from OpenAI, LM Studio, llama.cpp, vLLM, Azure OpenAI and any compatible server: <c>POST /embeddings</c>.</summary>
/// <remarks>
/// <para>Source of the protocol: OpenAI's API reference, "Create embeddings".</para>
/// <para><see cref="EmbeddingGenerationOptions.AdditionalProperties"/> become members of the request: <c>encoding_format</c> of <c>base64</c> makes the answers a quarter
/// as long, where the server knows it. <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> may give a <see cref="JsonObject"/>.</para>
/// </remarks>
public sealed class OpenAIEmbeddingGenerator : HttpEmbeddingGenerator
{
    private const int DefaultBatchSize = 256;

    private readonly OpenAIAddress _address;

    /// <summary>Creates the generator.</summary>
    /// <param name="options">Where the server is and which model to ask.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong, or the server needs a key and neither the option nor the
    /// environment variable has one.</exception>
    public OpenAIEmbeddingGenerator(OpenAIOptions options, HttpClient? httpClient = null)
        : base(OpenAIChatClient.Connect(options), options, httpClient, DefaultBatchSize)
        => _address = new OpenAIAddress(Exchange.Sender.Endpoint, options.ApiVersion, options.Dialect);

    internal override ProviderRequest MapRequest(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, string? modelId)
    {
        RequestBody body = RequestBody.Begin(options?.RawRepresentationFactory?.Invoke(this));
        body.Set("model", modelId);
        body.Set("input", RequestBody.ToArray([.. texts]));
        body.Set("dimensions", options?.Dimensions);
        foreach ((string name, object value) in RequestBody.ProviderProperties(options?.AdditionalProperties))
        {
            body.Set(name, RequestBody.ToNode(value, $"The additional property '{name}'"));
        }

        return new ProviderRequest(_address.Of("/embeddings", modelId), body.ToBytes(), modelId, IsStreaming: false);
    }

    internal override IEnumerable<(int? Index, JsonElement Vector)> ReadVectors(JsonElement answer) =>
        from item in answer.Items("data"u8)
        select ((int?)item.Number("index"), item.TryGet("embedding"u8, out JsonElement vector) ? vector : default);

    internal override UsageDetails? ReadUsage(JsonElement answer) => answer.TryGet("usage"u8, out JsonElement usage) && usage.ValueKind is JsonValueKind.Object
        ? new UsageDetails { InputTokenCount = usage.Number("prompt_tokens"), TotalTokenCount = usage.Number("total_tokens") ?? usage.Number("prompt_tokens") }
        : null;
}
