using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <summary>The base of every provider here: it owns the bytes, from the request to the end of the connection's use.</summary>
/// <remarks>
/// Thread-safe. <see cref="GetResponseAsync"/> is the aggregated stream. A stream that is abandoned (cancelled, or left by <c>break</c>) closes its
/// connection at once; a whole answer leaves it for the next request. The client has no timeout of its own.
/// </remarks>
public abstract class HttpChatClient : IChatClient
{
    private const int MaxRememberedModels = 1024;

    private readonly ConcurrentDictionary<string, bool> _unstreamedModels = new(StringComparer.Ordinal);
    private readonly ChatClientMetadata _metadata;
    private readonly HttpSender _sender;
    private readonly Lazy<IModelCatalog?> _models;
    private readonly int _maxFrameBytes;
    private bool _isDisposed;

    private protected HttpChatClient(ProviderConnection connection, ProviderOptions options, HttpClient? httpClient)
    {
        _metadata = new ChatClientMetadata(connection.Provider, ApiAddress.Told(connection.Endpoint), options.Model);
        _sender = new HttpSender(connection, options, httpClient);
        _maxFrameBytes = options.MaxFrameBytes;
        string? model = options.Model;
        _models = new Lazy<IModelCatalog?>(() => CreateModels(new JsonExchange(_sender), model));
    }

    internal TimeProvider TimeProvider => _sender.TimeProvider;

    internal bool OwnsHttp => _sender.OwnsHttp;

    /// <summary>The protocol's media type, for the <c>Accept</c> header.</summary>
    private protected abstract string MediaType { get; }

    /// <summary>Asks for a whole answer: the stream, aggregated.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">What to ask for; never changed.</param>
    /// <param name="cancellationToken">Ends the call at once, closing the connection.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ChatAdapterException">The request or the answer failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <summary>Asks for an answer and hands out its updates as they come.</summary>
    /// <param name="messages">The conversation; read when enumeration begins.</param>
    /// <param name="options">What to ask for; never changed.</param>
    /// <param name="cancellationToken">Ends the enumeration at once, closing the connection.</param>
    /// <returns>The updates; each enumeration is a request of its own.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ChatAdapterException">The request or the answer failed; thrown after the last update that was received.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(IModelCatalog) || serviceType == typeof(IProviderHealth) ? _models.Value
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(KnowsEndOfStream) ? KnowsEndOfStream.Instance
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_models.Value) ? _models.Value
            : null;
    }

    /// <summary>Releases the connections; a caller's own <see cref="HttpClient"/> is left as it is.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _sender.Dispose();
        GC.SuppressFinalize(this);
    }

    internal abstract ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming);

    internal abstract StreamDecoder CreateDecoder(ErrorContext context);

    /// <summary>The decoder of one answer, where it depends on what was asked for.</summary>
    internal virtual StreamDecoder CreateDecoder(ErrorContext context, ChatOptions? options) => CreateDecoder(context);

    /// <summary>The list of the provider's models, which is its check of health too; null where there is none.</summary>
    internal virtual IModelCatalog? CreateModels(JsonExchange exchange, string? model) => null;

    internal FrameReader CreateFraming(Stream body, string? mediaType) => CreateFraming(body, _maxFrameBytes, mediaType);

    internal bool StreamsModel(ChatOptions? options) => !_unstreamedModels.ContainsKey(ModelOf(options) ?? "");

    internal void RememberUnstreamed(ChatOptions? options)
    {
        if (_unstreamedModels.Count < MaxRememberedModels)
        {
            _unstreamedModels[ModelOf(options) ?? ""] = true;
        }
    }

    internal ErrorContext CreateErrorContext(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        new(_metadata.ProviderName!, ModelOf(options), PromptTexts: new PromptTexts(messages, options));

    internal Task<OpenedResponse> OpenAsync(ProviderRequest request, ErrorContext context, CancellationToken cancellationToken) =>
        _sender.OpenAsync(request, request.IsStreaming ? MediaType : HttpSender.Json, context, cancellationToken);

    internal void ReportFailure(ErrorContext context, ChatAdapterException failure) => _sender.Report(context, failure);

    /// <summary>Cuts a body into frames; the media type is the response's, null where it gave none.</summary>
    private protected abstract FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType);

    private protected string? ModelOf(ChatOptions? options) => options?.ModelId ?? _metadata.DefaultModelId;

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Read once: a caller's sequence may not be repeatable.
        IReadOnlyList<ChatMessage> history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var answer = new ChatResponseStream(this, history, options, cancellationToken);
        await using (answer.ConfigureAwait(false))
        {
            while (await answer.NextAsync().ConfigureAwait(false) is { } update)
            {
                yield return update;
            }
        }
    }
}
