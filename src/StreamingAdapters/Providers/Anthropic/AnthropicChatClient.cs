using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Anthropic;

namespace StreamingAdapters;

/// <summary>Chats with Claude over Anthropic's Messages: <c>POST /v1/messages</c>, an answer of server-sent events.</summary>
/// <remarks>
/// <para>Source of the protocol: Anthropic's API reference, "Messages" and "Streaming messages".</para>
/// <para>Thinking is <see cref="TextReasoningContent"/>; its signature, and redacted thinking, stand in <see cref="TextReasoningContent.ProtectedData"/> and go
/// back with the history. Blocks of tools that the server runs itself are contents whose <c>RawRepresentation</c> and <c>AdditionalProperties["anthropic_block"]</c>
/// are the block; they go back too. Citations are annotations of an empty text behind the text that they are of, and go back with it. Usage comes on the last
/// update, the input's count at the beginning as <see cref="Streams.StreamingKeys.UsageSoFar"/>. The finish reason <c>pause_turn</c> asks for the same request
/// again with the answer appended. Files among the inputs of a <see cref="HostedCodeInterpreterTool"/> go along with the first message.</para>
/// <para><c>cache_control</c> in the properties of a content, a message (its last block) or a tool marks a prompt to be cached.
/// <see cref="ChatOptions.AdditionalProperties"/> become members of the request; <see cref="ChatOptions.RawRepresentationFactory"/> may give a
/// <see cref="System.Text.Json.Nodes.JsonObject"/>. The protocol knows no seed and no penalties, and JSON only by a schema.</para>
/// </remarks>
public sealed class AnthropicChatClient : HttpChatClient
{
    private const string KeyVariable = "ANTHROPIC_API_KEY";
    private static readonly Uri DefaultEndpoint = new("https://api.anthropic.com/v1");

    private readonly AnthropicRequestMapper _mapper;
    private readonly string _version;

    /// <summary>Creates the client.</summary>
    /// <param name="options">Where the server is and what to ask it for.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ChatValidationException">The options are wrong, or Anthropic's own address has no key.</exception>
    public AnthropicChatClient(AnthropicOptions options, HttpClient? httpClient = null)
        : base(Connect(options), options, httpClient)
    {
        _mapper = new AnthropicRequestMapper(EndpointOf(options), options, this);
        _version = options.Version;
    }

    /// <inheritdoc/>
    private protected override string MediaType => "text/event-stream";

    /// <inheritdoc/>
    internal override ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        _mapper.Map(messages, options, ModelOf(options), isStreaming);

    /// <inheritdoc/>
    internal override StreamDecoder CreateDecoder(ErrorContext context) => new AnthropicStreamDecoder(context);

    /// <inheritdoc/>
    internal override IModelCatalog CreateModels(JsonExchange exchange, string? model) => new AnthropicModelCatalog(exchange, _version, model);

    /// <inheritdoc/>
    private protected override FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType) => new SseFraming(body, maxFrameBytes);

    /// <exception cref="ChatValidationException">The options are wrong.</exception>
    internal static ProviderConnection Connect(AnthropicOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? key = KeyOf(options);
        bool lacksKey = key is null && options.ApiKeyProvider is null && IsAnthropicsOwn(EndpointOf(options));
        bool lacksName = string.IsNullOrWhiteSpace(options.ProviderName);
        ProviderOptionsRules.Check(
            options,
            lacksName ? null : options.ProviderName,
            key,
            lacksKey ? ApiKeys.Missing(options.ProviderName, nameof(AnthropicOptions), KeyVariable) : null,
            lacksName ? $"{nameof(AnthropicOptions)}.{nameof(options.ProviderName)} must not be empty." : null,
            options.Betas?.Append(options.Version).All(value => value is null || ProviderOptionsRules.IsHeaderText(value)) is false
                ? $"{nameof(AnthropicOptions)}.{nameof(options.Betas)} or {nameof(options.Version)} holds characters that no header can carry." : null,
            string.IsNullOrWhiteSpace(options.Version) ? $"{nameof(AnthropicOptions)}.{nameof(options.Version)} must not be empty; the protocol requires one." : null,
            options.Betas is null ? $"{nameof(AnthropicOptions)}.{nameof(options.Betas)} must not be null." : null,
            options.MaxOutputTokens < 1 ? $"{nameof(AnthropicOptions)}.{nameof(options.MaxOutputTokens)} must be at least 1; it is {options.MaxOutputTokens}." : null);
        return new ProviderConnection(options.ProviderName, EndpointOf(options), key, "x-api-key");
    }

    private static Uri EndpointOf(AnthropicOptions options) => options.Endpoint ?? DefaultEndpoint;

    // The variable's key is Anthropic's: no other server gets to see it.
    private static string? KeyOf(AnthropicOptions options) =>
        options.ApiKeyProvider is null ? ApiKeys.Find(options.ApiKey, IsAnthropicsOwn(EndpointOf(options)) ? KeyVariable : null) : null;

    private static bool IsAnthropicsOwn(Uri endpoint) => ApiKeys.IsOwn(endpoint, DefaultEndpoint);
}
