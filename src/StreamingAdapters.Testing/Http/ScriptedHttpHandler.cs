namespace StreamingAdapters.Testing;

/// <summary>A message handler that answers from a script and keeps what it was asked.</summary>
/// <remarks>The responses are given in order; the last answers every later request. Thread-safe.</remarks>
public sealed class ScriptedHttpHandler : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly ScriptedHttpResponse[] _responses;
    private readonly TimeProvider _timeProvider;
    private readonly List<ScriptedHttpExchange> _exchanges = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a handler whose delays run on the system's clock.</summary>
    /// <param name="responses">The responses in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="responses"/> is null.</exception>
    /// <exception cref="ArgumentException">No response is given.</exception>
    public ScriptedHttpHandler(params ScriptedHttpResponse[] responses)
        : this(TimeProvider.System, responses)
    {
    }

    /// <summary>Creates a handler.</summary>
    /// <param name="timeProvider">The clock of the delays.</param>
    /// <param name="responses">The responses in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> or <paramref name="responses"/> is null.</exception>
    /// <exception cref="ArgumentException">No response is given.</exception>
    public ScriptedHttpHandler(TimeProvider timeProvider, params ScriptedHttpResponse[] responses)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(responses);
        if (responses.Length == 0)
        {
            throw new ArgumentException("A scripted handler needs at least one response.", nameof(responses));
        }

        _timeProvider = timeProvider;
        _responses = [.. responses];
    }

    /// <summary>The requests received so far, in order.</summary>
    public IReadOnlyList<ScriptedHttpExchange> Exchanges
    {
        get
        {
            lock (_lock)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <summary>Whether the handler was disposed, as by its client's disposal.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Waits for a request.</summary>
    /// <param name="index">The request's position, from 0.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The request, as soon as it has arrived.</returns>
    public async Task<ScriptedHttpExchange> WaitForRequestAsync(int index = 0, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (index < _exchanges.Count)
                {
                    return _exchanges[index];
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var exchange = new ScriptedHttpExchange(request.Method, request.RequestUri, HeadersOf(request), body);
        ScriptedHttpResponse response = Register(exchange);
        cancellationToken.ThrowIfCancellationRequested();
        if (response.IsNeverAnswered)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _timeProvider, cancellationToken);
        }

        if (response.HeadersDelay > TimeSpan.Zero)
        {
            await Task.Delay(response.HeadersDelay, _timeProvider, cancellationToken);
        }

        return response.Failure is { } error
            ? throw new HttpRequestException(error, $"The scripted request failed before the headers ({error}).")
            : Answer(request, response, exchange);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private static Dictionary<string, string> HeadersOf(HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = string.Join(", ", values);
        }

        return headers;
    }

    private ScriptedHttpResponse Register(ScriptedHttpExchange exchange)
    {
        lock (_lock)
        {
            ScriptedHttpResponse response = _responses[Math.Min(_exchanges.Count, _responses.Length - 1)];
            _exchanges.Add(exchange);
            _arrival.TrySetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return response;
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, ScriptedHttpResponse response, ScriptedHttpExchange exchange)
    {
        var message = new HttpResponseMessage(response.StatusCode)
        {
            RequestMessage = request,
            Content = new StreamContent(new ScriptedBodyStream(response, exchange, _timeProvider)),
        };
        if (response.MediaType is { } mediaType)
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        foreach (var (name, value) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
