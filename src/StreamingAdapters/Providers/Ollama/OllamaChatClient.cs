using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>Chats with Ollama over its native protocol: <c>POST /api/chat</c>, an answer of JSON lines.</summary>
/// <remarks>
/// <para>Source of the protocol: the API documentation in Ollama's repository (docs/api.md). The last update carries the usage, and in its
/// <c>AdditionalProperties</c> the durations <c>total_duration</c>, <c>load_duration</c>, <c>prompt_eval_duration</c> and
/// <c>eval_duration</c> as <see cref="TimeSpan"/>.</para>
/// <para>Of <see cref="ChatOptions.AdditionalProperties"/>, the request's own members (<c>think</c>, <c>keep_alive</c>, <c>format</c>, ...)
/// go there, every other one into <c>options</c>
/// (<c>num_ctx</c>, <c>min_p</c>, ...). <see cref="ChatOptions.RawRepresentationFactory"/> may give a <see cref="System.Text.Json.Nodes.JsonObject"/>.</para>
/// <para>The protocol cannot require a tool: <see cref="ChatToolMode.RequireAny"/> is sent as <see cref="ChatToolMode.Auto"/>. Raw prompts
/// have no tools.</para>
/// </remarks>
public sealed class OllamaChatClient : HttpChatClient
{
    /// <summary>The provider's name in <see cref="ChatClientMetadata"/> and exceptions.</summary>
    internal const string ProviderName = "ollama";

    private const string KeyVariable = "OLLAMA_API_KEY";
    private static readonly Uri DefaultEndpoint = new("http://localhost:11434");
    private static readonly Uri Cloud = new("https://ollama.com");

    private readonly OllamaRequestMapper _mapper;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    public OllamaChatClient(OllamaOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
        => _mapper = new OllamaRequestMapper(EndpointOf(options), options.KeepAlive, options.RawPrompt, this);

    /// <inheritdoc/>
    private protected override string MediaType => "application/x-ndjson";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new OllamaStreamDecoder(context);

    /// <inheritdoc/>
    internal override IModelCatalog CreateModels(JsonExchange exchange, string? model) => new OllamaModelCatalog(exchange, model);

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) => new NdjsonFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(OllamaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? key = options.ApiKeyProvider is null ? ApiKeys.Find(options.ApiKey, IsOllamasOwn(EndpointOf(options)) ? KeyVariable : null) : null;
        ProviderOptionsRules.Check(options, ProviderName, key);
        return new ProviderConnection(ProviderName, EndpointOf(options), key);
    }

    private static Uri EndpointOf(OllamaOptions options) => options.Endpoint ?? DefaultEndpoint;

    // The variable's key is that of Ollama's cloud, which this machine's server asks too: no other one gets to see it.
    private static bool IsOllamasOwn(Uri endpoint) => endpoint.IsAbsoluteUri && (endpoint.IsLoopback || ApiKeys.IsOwn(endpoint, Cloud));
}
