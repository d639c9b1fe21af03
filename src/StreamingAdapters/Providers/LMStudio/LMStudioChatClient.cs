using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.LMStudio;

namespace StreamingAdapters;

/// <summary>Chats with LM Studio over its own API: <c>POST /api/v1/chat</c>, an answer of server-sent events that tell how the model is loaded too.</summary>
/// <remarks>
/// <para>Source of the protocol: LM Studio's documentation, "Chat with a model" and "Streaming events" of its REST API (0.4 and newer). For the application's own
/// functions, structured output, stop sequences and whole histories, LM Studio's other face is there: <see cref="OpenAIChatClient"/> with <see cref="OpenAIDialect.LMStudio"/>.</para>
/// <para>The server keeps the conversation: an answer's <see cref="ChatResponseUpdate.ConversationId"/>, on its last update, goes into the next call's
/// <see cref="ChatOptions.ConversationId"/>, with the new messages alone. Messages of the assistant cannot be sent.</para>
/// <para>While the server loads the model or reads the prompt, updates without contents tell how far it is: <see cref="Streams.StreamingKeys.ModelLoad"/> and
/// <see cref="Streams.StreamingKeys.PromptProgress"/>. Calls of tools, which the server runs itself, are contents whose <c>RawRepresentation</c> and
/// <c>AdditionalProperties["lmstudio_item"]</c> are the event; a <see cref="HostedMcpServerTool"/> names a server of such tools, the additional property
/// <c>integrations</c> a plugin. With <see cref="ChatToolMode.None"/> neither is sent; the protocol cannot require a call. The last update carries the usage and the statistics <c>tokens_per_second</c>, <c>time_to_first_token_seconds</c> and
/// <c>model_load_time_seconds</c> as <see cref="double"/>.</para>
/// <para>The protocol does not say why an answer ended: one that has as many tokens as <see cref="ChatOptions.MaxOutputTokens"/> allows ends with the finish
/// reason <c>length</c>, any other with <c>stop</c>. An error is thrown with the usage that follows it. <see cref="ChatOptions.AdditionalProperties"/> become members of the request
/// (<c>min_p</c>, <c>repeat_penalty</c>, ...); <see cref="ChatOptions.RawRepresentationFactory"/> may give a <see cref="System.Text.Json.Nodes.JsonObject"/>.</para>
/// </remarks>
public sealed class LMStudioChatClient : HttpChatClient
{
    private const string KeyVariable = "LM_API_TOKEN";
    private static readonly Uri DefaultEndpoint = new("http://localhost:1234/api/v1");

    private readonly LMStudioRequestMapper _mapper;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    public LMStudioChatClient(LMStudioOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
        => _mapper = new LMStudioRequestMapper(EndpointOf(options), options.Store, options.ContextLength, this);

    /// <inheritdoc/>
    private protected override string MediaType => "text/event-stream";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new LMStudioStreamDecoder(context);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context, ChatOptions? options) => new LMStudioStreamDecoder(context, options?.MaxOutputTokens);

    /// <inheritdoc/>
    internal override IModelCatalog CreateModels(JsonExchange exchange, string? model) => new OpenAIModelCatalog(exchange, _mapper.Models, OpenAIDialect.LMStudio, model);

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) => new SseFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(LMStudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? key = options.ApiKeyProvider is null ? ApiKeys.Find(options.ApiKey, KeyVariable) : null;
        ProviderOptionsRules.Check(
            options,
            OpenAIDialect.LMStudio.Name,
            key,
            options.ContextLength < 1 ? $"{nameof(LMStudioOptions)}.{nameof(options.ContextLength)} must be at least 1; it is {options.ContextLength}." : null);
        return new ProviderConnection(OpenAIDialect.LMStudio.Name, EndpointOf(options), key);
    }

    private static Uri EndpointOf(LMStudioOptions options) => options.Endpoint ?? DefaultEndpoint;
}
