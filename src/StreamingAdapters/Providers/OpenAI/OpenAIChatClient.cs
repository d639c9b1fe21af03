using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.OpenAI;
using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>
/// Chats with OpenAI, LM Studio, llama.cpp, vLLM, OpenRouter, Azure OpenAI and any compatible server: <c>POST /chat/completions</c>, an
/// answer of server-sent events.
/// </summary>
/// <remarks>
/// <para>Source of the protocol: OpenAI's API reference, "Create chat completion", and the servers' own documentation; deviations are data
/// in <see cref="OpenAIDialect"/>.</para>
/// <para>Usage comes on the last update. Choice 0 is the message; with <c>n</c> above 1 the texts of the others are in
/// <c>AdditionalProperties["other_choices"]</c> of the last update, by index.
/// What servers say beside the message stands in <c>AdditionalProperties</c> under their names: <c>system_fingerprint</c>, <c>service_tier</c>,
/// <c>provider</c>, <c>native_finish_reason</c>, <c>stop_reason</c>, <c>matched_stop</c>, and <c>cost</c> of OpenRouter's usage.
/// Updates with log probabilities carry the whole chunk as <c>RawRepresentation</c> (a <see cref="System.Text.Json.JsonElement"/>).</para>
/// <para><see cref="ChatOptions.AdditionalProperties"/> become members of the request; <see cref="ChatOptions.RawRepresentationFactory"/> may give a
/// <see cref="System.Text.Json.Nodes.JsonObject"/>. A server that refuses to stream a model is asked once more without, and from then on at
/// once for that model. <c>prefix</c> in the properties of an assistant's message is sent on the message (Mistral, DeepSeek: the answer goes on from it).</para>
/// </remarks>
public sealed class OpenAIChatClient : HttpChatClient
{
    private readonly OpenAIDialect _dialect;
    private readonly OpenAIRequestMapper _mapper;
    private readonly Uri _models;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong, or the server needs a key and neither the option nor the
    /// environment variable has one.</exception>
    public OpenAIChatClient(OpenAIOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
    {
        _dialect = options.Dialect;
        _models = new OpenAIAddress(EndpointOf(options), options.ApiVersion, _dialect).Models;
        _mapper = new OpenAIRequestMapper(EndpointOf(options), options.ApiVersion, _dialect, this);
    }

    /// <inheritdoc/>
    private protected override string MediaType => "text/event-stream";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new OpenAIStreamDecoder(context, _dialect);

    /// <inheritdoc/>
    internal override IModelCatalog CreateModels(JsonExchange exchange, string? model) => new OpenAIModelCatalog(exchange, _models, _dialect, model);

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) => new SseFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(OpenAIOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OpenAIDialect? dialect = options.Dialect;
        bool isItsOwn = ApiKeys.IsOwn(options.Endpoint, dialect?.DefaultEndpoint);
        string? key = options.ApiKeyProvider is not null ? null : ApiKeys.Find(options.ApiKey, isItsOwn ? dialect?.ApiKeyVariable : null);
        bool lacksKey = dialect is { RequiresApiKey: true } && isItsOwn && key is null && options.ApiKeyProvider is null;
        bool lacksEndpoint = dialect is { DefaultEndpoint: null } && options.Endpoint is null;
        ProviderOptionsRules.Check(
            options,
            dialect?.Name,
            key,
            dialect is null ? $"{nameof(OpenAIOptions)}.{nameof(OpenAIOptions.Dialect)} must not be null." : null,
            lacksKey ? ApiKeys.Missing(dialect!.Name, nameof(OpenAIOptions), dialect.ApiKeyVariable) : null,
            lacksEndpoint ? $"'{dialect!.Name}' has no address of its own: set {nameof(OpenAIOptions)}.{nameof(options.Endpoint)}." : null);
        return new ProviderConnection(dialect!.Name, EndpointOf(options), key, dialect.ApiKeyHeader);
    }

    private static Uri EndpointOf(OpenAIOptions options) => options.Endpoint ?? options.Dialect.DefaultEndpoint!;
}
