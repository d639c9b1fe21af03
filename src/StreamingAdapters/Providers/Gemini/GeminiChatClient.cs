using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Gemini;

namespace StreamingAdapters;

/// <summary>Chats with Gemini: <c>POST /models/{model}:streamGenerateContent</c>, an answer of server-sent events or of one JSON array that arrives over time.</summary>
/// <remarks>
/// <para>Source of the protocol: Google's references of the Gemini API and of Vertex AI, "Generating content".</para>
/// <para>Thoughts are <see cref="TextReasoningContent"/>. A thought signature stands in <see cref="TextReasoningContent.ProtectedData"/>, of a call in its
/// <c>AdditionalProperties["thoughtSignature"]</c>, and goes back with the history. Code that the server runs, and its other tools, are contents whose
/// <c>RawRepresentation</c> and <c>AdditionalProperties["gemini_part"]</c> are the part. Sources are citations; a blocked prompt ends with the finish reason
/// <c>content_filter</c>. A finish reason is no end here: text may follow it, so that the answer ends with its body.</para>
/// <para>Of <see cref="ChatOptions.AdditionalProperties"/>, the request's own members (<c>safetySettings</c>, <c>cachedContent</c>, <c>labels</c>, <c>toolConfig</c>, ...)
/// go there, every other one into <c>generationConfig</c>. <see cref="ChatOptions.RawRepresentationFactory"/> may give a
/// <see cref="System.Text.Json.Nodes.JsonObject"/>. The protocol cannot forbid parallel calls. Data and links in a function's result go
/// as parts of its response, which models before Gemini 3 may refuse.</para>
/// </remarks>
public sealed class GeminiChatClient : HttpChatClient
{
    /// <summary>The provider's name in <see cref="ChatClientMetadata"/> and exceptions.</summary>
    internal const string ProviderName = "gemini";

    private const string KeyVariable = "GEMINI_API_KEY";
    private const string OtherKeyVariable = "GOOGLE_API_KEY";
    private static readonly Uri DefaultEndpoint = new("https://generativelanguage.googleapis.com/v1beta");

    private readonly GeminiRequestMapper _mapper;
    private readonly bool _isVertex;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong, or the Gemini API's own address has no key.</exception>
    public GeminiChatClient(GeminiOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
    {
        _mapper = new GeminiRequestMapper(EndpointOf(options), options.UsesThinkingBudgets, this);
        _isVertex = options.Project is not null;
    }

    /// <inheritdoc/>
    private protected override string MediaType => "text/event-stream";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new GeminiStreamDecoder(context);

    /// <inheritdoc/>
    internal override IModelCatalog? CreateModels(JsonExchange exchange, string? model) => _isVertex ? null : new GeminiModelCatalog(exchange, model);

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) =>
        mediaType == "application/json" ? new JsonArrayFraming(body, maxFrameBytes) : new SseFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(GeminiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? key = KeyOf(options);
        bool lacksKey = options is { Project: null, Endpoint: null, ApiKeyProvider: null } && key is null;
        bool lacksLocation = options.Project is not null && string.IsNullOrWhiteSpace(options.Location);
        ProviderOptionsRules.Check(
            options,
            ProviderName,
            key,
            lacksKey ? ApiKeys.Missing(ProviderName, nameof(GeminiOptions), KeyVariable) : null,
            options.Project?.Trim() is "" ? $"{nameof(GeminiOptions)}.{nameof(options.Project)} must not be empty; leave it null for the Gemini API." : null,
            lacksLocation ? $"{nameof(GeminiOptions)}.{nameof(options.Location)} must not be empty; it is global, or a region such as europe-west4." : null);
        return new ProviderConnection(ProviderName, EndpointOf(options), key, options.Project is null ? "x-goog-api-key" : null);
    }

    // The variables' keys are Google's: no other server gets to see them.
    private static string? KeyOf(GeminiOptions options)
    {
        if (options.ApiKeyProvider is not null)
        {
            return null;
        }

        bool isGooglesOwn = options.Project is null && ApiKeys.IsOwn(options.Endpoint, DefaultEndpoint);
        return isGooglesOwn ? ApiKeys.Find(options.ApiKey, KeyVariable) ?? ApiKeys.Find(null, OtherKeyVariable) : ApiKeys.Find(options.ApiKey, null);
    }

    private static Uri EndpointOf(GeminiOptions options) => options.Project is null ? options.Endpoint ?? DefaultEndpoint : VertexOf(options);

    private static Uri VertexOf(GeminiOptions options)
    {
        string location = Uri.EscapeDataString(options.Location);
        Uri host = options.Endpoint ?? new Uri(options.Location == "global" ? "https://aiplatform.googleapis.com" : $"https://{location}-aiplatform.googleapis.com");
        return ApiAddress.With($"{host.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/projects/{Uri.EscapeDataString(options.Project!)}/locations/{location}/publishers/google", host);
    }
}
