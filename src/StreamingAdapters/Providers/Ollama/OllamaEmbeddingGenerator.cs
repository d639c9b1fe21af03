using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Ollama;

namespace StreamingAdapters;

/// <summary>Embeddings from Ollama: <c>POST /api/embed</c>.</summary>
/// <remarks>
/// <para>Source of the protocol: the API documentation in Ollama's repository, "Generate Embeddings".</para>
/// <para>Of <see cref="EmbeddingGenerationOptions.AdditionalProperties"/>, <c>truncate</c>, <c>keep_alive</c> and <c>options</c> go into the request, every other one into
/// its <c>options</c> (<c>num_ctx</c>, ...). Texts beyond the model's context are cut by the server, unless <c>truncate</c> is false.
/// <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> may give a <see cref="JsonObject"/>.</para>
/// </remarks>
public sealed class OllamaEmbeddingGenerator : HttpEmbeddingGenerator
{
    private const string OptionsMember = "options";
    private const int DefaultBatchSize = 256;
    private static readonly HashSet<string> RequestMembers = new(StringComparer.Ordinal) { "truncate", "keep_alive", OptionsMember };

    private readonly Uri _uri;
    private readonly TimeSpan? _keepAlive;

    /// <summary>Creates the generator.</summary>
    /// <param name="options">Where the server is and which model to ask; <see cref="OllamaOptions.RawPrompt"/> has no meaning here.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    public OllamaEmbeddingGenerator(OllamaOptions options, HttpClient? httpClient = null)
        : base(OllamaChatClient.Connect(options), options, httpClient, DefaultBatchSize)
    {
        _uri = ApiAddress.With(ApiAddress.BaseOf(Exchange.Sender.Endpoint, "") + "/api/embed", Exchange.Sender.Endpoint);
        _keepAlive = options.KeepAlive;
    }

    internal override ProviderRequest MapRequest(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, string? modelId)
    {
        RequestBody body = RequestBody.Begin(options?.RawRepresentationFactory?.Invoke(this));
        body.Set("model", modelId);
        body.Set("input", RequestBody.ToArray([.. texts]));
        body.Set("dimensions", options?.Dimensions);
        foreach ((string name, object value) in RequestBody.ProviderProperties(options?.AdditionalProperties))
        {
            JsonNode? node = RequestBody.ToNode(value, $"The additional property '{name}'");
            if (RequestMembers.Contains(name))
            {
                body.Set(name, node);
            }
            else
            {
                RequestBody.Set(body.Object(OptionsMember), name, node);
            }
        }

        body.Set("keep_alive", OllamaRequestMapper.KeepAlive(_keepAlive));
        return new ProviderRequest(_uri, body.ToBytes(), modelId, IsStreaming: false);
    }

    internal override IEnumerable<(int? Index, JsonElement Vector)> ReadVectors(JsonElement answer) => answer.Items("embeddings"u8).Select(vector => ((int?)null, vector));

    internal override UsageDetails? ReadUsage(JsonElement answer) =>
        answer.Number("prompt_eval_count") is { } count ? new UsageDetails { InputTokenCount = count, TotalTokenCount = count } : null;
}
