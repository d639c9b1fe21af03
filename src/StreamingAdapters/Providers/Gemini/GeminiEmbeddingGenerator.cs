using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Gemini;

namespace StreamingAdapters;

/// <summary>Embeddings from the Gemini API: <c>POST /models/{model}:batchEmbedContents</c>.</summary>
/// <remarks>
/// <para>Source of the protocol: Google's reference of the Gemini API, "Embeddings". Vertex AI has another one, which is not spoken here.</para>
/// <para><see cref="EmbeddingGenerationOptions.AdditionalProperties"/> become members of each text's request: <c>taskType</c> (<c>RETRIEVAL_DOCUMENT</c>, ...), <c>title</c>.
/// <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> may give a <see cref="JsonObject"/> for the whole request.</para>
/// </remarks>
public sealed class GeminiEmbeddingGenerator : HttpEmbeddingGenerator
{
    // Google's own bound on one request.
    private const int DefaultBatchSize = 100;

    private readonly GeminiAddress _address;

    /// <summary>Creates the generator.</summary>
    /// <param name="options">Where the server is and which model to ask.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong or mean Vertex AI, or the Gemini API's own address has no key.</exception>
    public GeminiEmbeddingGenerator(GeminiOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient, DefaultBatchSize)
        => _address = new GeminiAddress(Exchange.Sender.Endpoint);

    internal override ProviderRequest MapRequest(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, string? modelId)
    {
        Uri uri = _address.Of(modelId, "batchEmbedContents");
        RequestBody body = RequestBody.Begin(options?.RawRepresentationFactory?.Invoke(this));
        body.Set("requests", new JsonArray([.. texts.Select(text => Request(text, options, GeminiAddress.PathOf(modelId!)))]));
        return new ProviderRequest(uri, body.ToBytes(), modelId, IsStreaming: false);
    }

    internal override IEnumerable<(int? Index, JsonElement Vector)> ReadVectors(JsonElement answer) =>
        answer.Items("embeddings"u8).Select(item => ((int?)null, item.TryGet("values"u8, out JsonElement vector) ? vector : default));

    internal override UsageDetails? ReadUsage(JsonElement answer) => answer.TryGet("usageMetadata"u8, out JsonElement usage) && usage.Number("promptTokenCount") is { } count
        ? new UsageDetails { InputTokenCount = count, TotalTokenCount = usage.Number("totalTokenCount") ?? count }
        : null;

    private static ProviderConnection Connect(GeminiOptions options) => options is { Project: not null }
        ? throw new ChatValidationException($"Embeddings are spoken to the Gemini API alone, not to Vertex AI; leave {nameof(GeminiOptions)}.{nameof(GeminiOptions.Project)} null.") { Provider = GeminiChatClient.ProviderName }
        : GeminiChatClient.Connect(options);

    private static JsonObject Request(string text, EmbeddingGenerationOptions? options, string model)
    {
        var request = new JsonObject { ["model"] = model, ["content"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) } };
        RequestBody.Set(request, "outputDimensionality", options?.Dimensions);
        foreach ((string name, object value) in RequestBody.ProviderProperties(options?.AdditionalProperties))
        {
            RequestBody.Set(request, name, RequestBody.ToNode(value, $"The additional property '{name}'"));
        }

        return request;
    }
}
