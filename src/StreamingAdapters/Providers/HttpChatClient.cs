using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
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
    private readonly HttpClient _http;
    private readonly bool _retryDeadConnection;
    private readonly int _maxFrameBytes;
    private readonly KeyValuePair<string, string>[] _headers;
    private bool _isDisposed;

    private protected HttpChatClient(string providerName, Uri endpoint, string? apiKey, ProviderOptions options, HttpClient? httpClient)
    {
        _metadata = new ChatClientMetadata(providerName, endpoint, options.Model);
        OwnsHttp = httpClient is null;
        _http = httpClient ?? CreateHttpClient(endpoint);
        _retryDeadConnection = options.RetryDeadConnection;
        _maxFrameBytes = options.MaxFrameBytes;
        _headers = [.. options.Headers];
        ApiKey = apiKey;
        TimeProvider = options.TimeProvider;
    }

    internal TimeProvider TimeProvider { get; }

    internal bool OwnsHttp { get; }

    private protected string? ApiKey { get; }

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

        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(KnowsEndOfStream) ? KnowsEndOfStream.Instance
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Releases the connections; a caller's own <see cref="HttpClient"/> is left as it is.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        if (OwnsHttp)
        {
            _http.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    internal abstract ProviderRequest MapRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming);

    internal abstract StreamDecoder CreateDecoder(ErrorContext context);

    /// <summary>The decoder of one answer, where it depends on what was asked for.</summary>
    internal virtual StreamDecoder CreateDecoder(ErrorContext context, ChatOptions? options) => CreateDecoder(context);

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
        new(_metadata.ProviderName!, ModelOf(options), ApiKey, new PromptTexts(messages, options));

    internal void CheckContentType(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType is "text/html")
        {
            throw new ChatStreamException(
                ChatErrorKind.MalformedStream,
                $"'{_metadata.ProviderName}' answered with an HTML page instead of {MediaType}; check that {nameof(ProviderOptions.Endpoint)} is the API's address.")
            {
                Provider = _metadata.ProviderName,
                StatusCode = (int)response.StatusCode,
            };
        }
    }

    internal async Task<HttpResponseMessage> SendAsync(ProviderRequest request, ErrorContext context, CancellationToken cancellationToken)
    {
        bool mayRetry = _retryDeadConnection;
        while (true)
        {
            try
            {
                return await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (HttpRequestException e) when (mayRetry && IsDeadConnection(e))
            {
                mayRetry = false;
            }
            catch (OperationCanceledException e) when (e.InnerException is TimeoutException && _http.Timeout != Timeout.InfiniteTimeSpan)
            {
                throw new ChatTimeoutException(
                    ChatTimeoutPhase.Headers, _http.Timeout, $"'{context.Provider}' sent no response headers within the HttpClient's own timeout of {_http.Timeout}.", e)
                {
                    Provider = context.Provider,
                };
            }
            catch (Exception e) when (e is ChatAdapterException || ChatErrorMapper.IsTransport(e))
            {
                // What is no failure of the transport comes from the application's own handlers, and passes as it is.
                throw ChatErrorMapper.FromTransport(e, context, answerStarted: false);
            }
        }
    }

    /// <summary>Cuts a body into frames; the media type is the response's, null where it gave none.</summary>
    private protected abstract FrameReader CreateFraming(Stream body, int maxFrameBytes, string? mediaType);

    /// <summary>Adds the key to a request.</summary>
    private protected virtual void Authorize(HttpRequestHeaders headers)
    {
        if (ApiKey is not null)
        {
            headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        }
    }

    private protected string? ModelOf(ChatOptions? options) => options?.ModelId ?? _metadata.DefaultModelId;

    private static HttpClient CreateHttpClient(Uri endpoint) => new(new SocketsHttpHandler
    {
        // A proxy named in the environment is for the world outside: it cannot reach this machine's own servers.
        UseProxy = !endpoint.IsLoopback,
        ResponseDrainTimeout = TimeSpan.Zero,

        // A redirect would carry prompt and key to an address that nobody configured.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static bool IsDeadConnection(HttpRequestException e) =>
        e.HttpRequestError == HttpRequestError.ResponseEnded
        || e.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } };

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

    private async Task AbandonAsync(Task<HttpResponseMessage> sending)
    {
        try
        {
            using HttpResponseMessage response = await sending.ConfigureAwait(false);
            Task<Stream> opening = response.Content.ReadAsStreamAsync(CancellationToken.None);
            if (await ResponseBody.EndsWithinGraceAsync(opening, TimeProvider).ConfigureAwait(false))
            {
                await ResponseBody.AbandonAsync(await opening.ConfigureAwait(false), TimeProvider).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // Nobody waits for this request any more.
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = CreateMessage(request);
        Task<HttpResponseMessage> sending = _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        HttpResponseMessage response;
        try
        {
            // A caller's handler may ignore the token; the wait does not.
            response = await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The answer may have come all the same, at this very moment too.
            _ = AbandonAsync(sending);
            throw;
        }

        // A response keeps its request, and so its body, for as long as the answer streams.
        message.Content = null;
        return response;
    }

    private HttpRequestMessage CreateMessage(ProviderRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        message.Headers.TryAddWithoutValidation("Accept", request.IsStreaming ? MediaType : "application/json");
        Authorize(message.Headers);
        foreach ((string name, string value) in request.Headers.Concat(_headers))
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
