using System.Net.Http.Headers;
using System.Net.Sockets;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers.Keys;

namespace StreamingAdapters.Providers;

/// <summary>Sends a provider's requests: the key, the headers, what is sent once more, and an exception of the family for all that fails.</summary>
/// <remarks>Thread-safe. It has no timeout of its own.</remarks>
internal sealed class HttpSender : IDisposable
{
    /// <summary>The media type of answers that are not streamed.</summary>
    public const string Json = "application/json";

    // A provider of keys that always has another one must not keep a request going for ever.
    private const int MaxKeys = 32;

    private readonly ProviderConnection _connection;
    private readonly IApiKeyProvider _keys;
    private readonly HttpClient _http;
    private readonly bool _retryDeadConnection;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly string[] _secrets;

    public HttpSender(ProviderConnection connection, ProviderOptions options, HttpClient? httpClient)
    {
        _connection = connection;
        _keys = options.ApiKeyProvider ?? new FixedApiKey(connection.ApiKey);
        OwnsHttp = httpClient is null;
        _http = httpClient ?? CreateHttpClient(connection.Endpoint);
        _retryDeadConnection = options.RetryDeadConnection;
        _headers = [.. options.Headers];
        _secrets = [.. SecretHeaders.In(_headers)];
        TimeProvider = options.TimeProvider;
    }

    public TimeProvider TimeProvider { get; }

    /// <summary>Whether the handler is this library's own, which keeps to its tokens.</summary>
    public bool OwnsHttp { get; }

    public string Provider => _connection.Provider;

    public Uri Endpoint => _connection.Endpoint;

    /// <summary>Sends a request, once for each key that the server takes for used up or wrong while there is another.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mediaType">What the answer should be.</param>
    /// <param name="context">What errors speak of, without the key.</param>
    /// <param name="cancellationToken">Ends the call at once, closing the connection.</param>
    /// <exception cref="ChatAdapterException">The request failed, or the status is an error.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<OpenedResponse> OpenAsync(ProviderRequest request, string mediaType, ErrorContext context, CancellationToken cancellationToken)
    {
        string? key = await GetKeyAsync(cancellationToken).ConfigureAwait(false);
        List<string?> sent = [];
        while (true)
        {
            context = context with { ApiKey = key, Secrets = _secrets };
            HttpResponseMessage response = await SendAsync(request, mediaType, context, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                CheckContentType(response, mediaType);
                return new OpenedResponse(response, context);
            }

            ChatProviderException error = await ReadErrorAsync(response, context, cancellationToken).ConfigureAwait(false);
            sent.Add(key);
            if (!Report(context, error) || sent.Count == MaxKeys)
            {
                throw error;
            }

            key = await GetOtherKeyAsync(sent, error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the provider of keys of a failure; true where another key may do better.</summary>
    public bool Report(ErrorContext context, ChatAdapterException failure) => context.ApiKey is { } key && _keys.ReportFailure(key, failure);

    public void Dispose()
    {
        if (OwnsHttp)
        {
            _http.Dispose();
        }
    }

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

    private void CheckContentType(HttpResponseMessage response, string mediaType)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "text/html")
        {
            return;
        }

        int status = (int)response.StatusCode;
        response.Dispose();
        throw new ChatStreamException(
            ChatErrorKind.MalformedStream, $"'{Provider}' answered with an HTML page instead of {mediaType}; check that {nameof(ProviderOptions.Endpoint)} is the API's address.")
        {
            Provider = Provider,
            StatusCode = status,
        };
    }

    private async ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A provider of keys may ignore the token; the wait does not.
            string? key = await ResponseBody.WaitAsync(_keys.GetKeyAsync(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(key) ? null
                : ApiKeys.CanBeSent(key) ? key
                : throw new ChatValidationException($"The provider of API keys of '{Provider}' gave a key with characters that no header can carry.") { Provider = Provider };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // A key that is free again may come before those that were not tried; once round, each of them has come.
    private async ValueTask<string?> GetOtherKeyAsync(List<string?> sent, ChatProviderException refusal, CancellationToken cancellationToken)
    {
        for (int asked = 0; asked <= sent.Count; asked++)
        {
            try
            {
                string? key = await GetKeyAsync(cancellationToken).ConfigureAwait(false);
                if (!sent.Contains(key, StringComparer.Ordinal))
                {
                    return key;
                }
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Why the request was refused says more than why there is no other key for it.
                break;
            }
        }

        throw refusal;
    }

    private async Task<HttpResponseMessage> SendAsync(ProviderRequest request, string mediaType, ErrorContext context, CancellationToken cancellationToken)
    {
        bool mayRetry = _retryDeadConnection;
        while (true)
        {
            try
            {
                return await SendOnceAsync(request, mediaType, context.ApiKey, cancellationToken).ConfigureAwait(false);
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
                    ChatTimeoutPhase.Headers, _http.Timeout, $"'{Provider}' sent no response headers within the HttpClient's own timeout of {_http.Timeout}.", e)
                {
                    Provider = Provider,
                };
            }
            catch (Exception e) when (e is ChatAdapterException || ChatErrorMapper.IsTransport(e))
            {
                // What is no failure of the transport comes from the application's own handlers, and passes as it is.
                throw ChatErrorMapper.FromTransport(e, context, answerStarted: false);
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ProviderRequest request, string mediaType, string? key, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = CreateMessage(request, mediaType, key);
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

    private HttpRequestMessage CreateMessage(ProviderRequest request, string mediaType, string? key)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        }

        message.Headers.TryAddWithoutValidation("Accept", mediaType);
        if (key is not null)
        {
            message.Headers.TryAddWithoutValidation(_connection.KeyHeader ?? "Authorization", _connection.KeyHeader is null ? $"Bearer {key}" : key);
        }

        foreach ((string name, string value) in request.Headers.Concat(_headers))
        {
            if (!ProviderOptionsRules.IsHeaderText(value))
            {
                throw new ChatValidationException($"The request's header '{name}' would hold characters that none can carry; a line break among them would begin another one.") { Provider = Provider };
            }

            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private async Task<ChatProviderException> ReadErrorAsync(HttpResponseMessage response, ErrorContext context, CancellationToken cancellationToken)
    {
        using (response)
        {
            try
            {
                return await HttpErrorReader.ReadAsync(response, context, TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
