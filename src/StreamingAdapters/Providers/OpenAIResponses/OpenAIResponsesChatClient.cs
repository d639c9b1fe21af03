using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.OpenAIResponses;

namespace StreamingAdapters;

/// <summary>Chats over OpenAI's Responses: <c>POST /responses</c>, an answer of server-sent events. OpenAI, Azure, xAI, LM Studio, OpenRouter and llama.cpp speak it.</summary>
/// <remarks>
/// <para>Source of the protocol: OpenAI's API reference, "Create a model response" and "Streaming events".</para>
/// <para>Summaries of reasoning and open reasoning are <see cref="TextReasoningContent"/>; encrypted reasoning stands in
/// <see cref="TextReasoningContent.ProtectedData"/> and goes back with the history. Items of tools that the server runs itself are contents whose
/// <c>RawRepresentation</c> and <c>AdditionalProperties["openai_item"]</c> are the item; they go back too, and so does any content that holds one. An image that
/// was made is a <see cref="DataContent"/> behind its item. A custom tool's call has its text as the argument <c>input</c>. A result whose
/// call is not in the request is a custom tool's where the request has no other functions, or where its <c>AdditionalProperties["openai_custom_tool"]</c> is true.</para>
/// <para>Where the server keeps the answer, updates carry a <see cref="ChatResponseUpdate.ConversationId"/>; given in
/// <see cref="ChatOptions.ConversationId"/>, it is sent as <c>previous_response_id</c>, or as <c>conversation</c> where it begins with <c>conv_</c>.</para>
/// <para>With <see cref="ChatOptions.AllowBackgroundResponses"/> the server answers in the background, and each update but the last carries a
/// <see cref="ChatResponseUpdate.ContinuationToken"/>; a call with that token (its messages are not sent) goes on behind that update, also after the connection or the
/// process was lost. <see cref="HttpChatClient.GetResponseAsync"/> waits for the whole answer.</para>
/// <para><see cref="ChatOptions.AdditionalProperties"/> become members of the request; <see cref="ChatOptions.RawRepresentationFactory"/> may give a
/// <see cref="System.Text.Json.Nodes.JsonObject"/>. The protocol knows no stop sequences, seed, penalties or top k.
/// <c>AdditionalProperties["openai_tool"]</c> of a tool is sent in its place.</para>
/// </remarks>
public sealed class OpenAIResponsesChatClient : HttpChatClient
{
    private const string KeyVariable = "OPENAI_API_KEY";
    private static readonly Uri DefaultEndpoint = new("https://api.openai.com/v1");

    private readonly OpenAIResponsesRequestMapper _mapper;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong, or OpenAI's own address has no key.</exception>
    public OpenAIResponsesChatClient(OpenAIResponsesOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
        => _mapper = new OpenAIResponsesRequestMapper(EndpointOf(options), options.Store, this);

    /// <inheritdoc/>
    private protected override string MediaType => "text/event-stream";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new OpenAIResponsesStreamDecoder(context);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context, ChatOptions? options) =>
        new OpenAIResponsesStreamDecoder(context, options?.ContinuationToken is { } token ? OpenAIResponsesToken.Parse(token) : null);

    /// <inheritdoc/>
    internal override IModelCatalog CreateModels(JsonExchange exchange, string? model)
    {
        Uri endpoint = exchange.Sender.Endpoint;
        Uri models = ApiAddress.With(ApiAddress.BaseOf(endpoint, "/v1", OpenAIResponsesRequestMapper.Path) + "/models", endpoint);
        return new OpenAIModelCatalog(exchange, models, IsOpenAIsOwn(endpoint) ? OpenAIDialect.OpenAI : OpenAIDialect.Generic, model);
    }

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) => new SseFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(OpenAIResponsesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? key = KeyOf(options);
        bool lacksKey = key is null && options.ApiKeyProvider is null && IsOpenAIsOwn(EndpointOf(options));
        bool lacksName = string.IsNullOrWhiteSpace(options.ProviderName);
        ProviderOptionsRules.Check(
            options,
            lacksName ? null : options.ProviderName,
            key,
            lacksKey ? ApiKeys.Missing(options.ProviderName, nameof(OpenAIResponsesOptions), KeyVariable) : null,
            lacksName ? $"{nameof(OpenAIResponsesOptions)}.{nameof(options.ProviderName)} must not be empty." : null);
        return new ProviderConnection(options.ProviderName, EndpointOf(options), key);
    }

    private static Uri EndpointOf(OpenAIResponsesOptions options) => options.Endpoint ?? DefaultEndpoint;

    // The variable's key is OpenAI's: no other server gets to see it.
    private static string? KeyOf(OpenAIResponsesOptions options) =>
        options.ApiKeyProvider is null ? ApiKeys.Find(options.ApiKey, IsOpenAIsOwn(EndpointOf(options)) ? KeyVariable : null) : null;

    private static bool IsOpenAIsOwn(Uri endpoint) => ApiKeys.IsOwn(endpoint, DefaultEndpoint);
}
