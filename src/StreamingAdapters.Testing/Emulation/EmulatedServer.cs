using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StreamingAdapters.Testing;

/// <summary>A model server on the loopback that speaks a provider's protocol byte by byte, keeps what it was asked and fails on demand.</summary>
/// <remarks>
/// A user message steers the emulated model: <c>call:NAME {json}</c> calls that tool (several times: in parallel), a tool's name alone calls it with
/// sample arguments; a tool result is quoted back; a JSON schema is satisfied; anything else is answered by <see cref="TextGenerator"/>, which goes on
/// where an assistant's last message ends. <see cref="EmulatedServerOptions.Answer"/> takes the model's place.
/// </remarks>
public abstract class EmulatedServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<EmulatedRequest> _requests = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<ServerFault> _faults = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerHost _host = null!;
    private AnswerGate? _gate;
    private int _openStreams;
    private bool _isDisposed;

    private protected EmulatedServer(EmulatedServerOptions options)
    {
        options.Validate();
        Options = options;
    }

    /// <summary>The address for a client's endpoint option.</summary>
    public abstract Uri Endpoint { get; }

    /// <summary>The options in use.</summary>
    public EmulatedServerOptions Options { get; }

    /// <summary>The requests received so far, in order.</summary>
    public IReadOnlyList<EmulatedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many TCP connections have been accepted since the start.</summary>
    public int ConnectionCount => _host.ConnectionCount;

    /// <summary>How many answers are being given at this moment.</summary>
    public int OpenStreams => Volatile.Read(ref _openStreams);

    /// <summary>How many faults no request has met yet.</summary>
    public int PendingFaults
    {
        get
        {
            lock (_lock)
            {
                return _faults.Count;
            }
        }
    }

    private protected abstract ServerProtocol Protocol { get; }

    /// <summary>The header that carries the request's key as it is; null for <c>Authorization: Bearer</c>.</summary>
    private protected virtual string? KeyHeaderOf(EmulatedRequest request) => Protocol.KeyHeader;

    private protected Uri Root => _host.Root;

    /// <summary>Waits for a request.</summary>
    /// <param name="index">The request's position, from 0.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The request, as soon as its body has arrived.</returns>
    public async Task<EmulatedRequest> WaitForRequestAsync(int index = 0, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (index < _requests.Count)
                {
                    return _requests[index];
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets the next requests for an answer fail, each by one of the faults in order; then the server answers as usual.</summary>
    /// <param name="faults">The faults, behind those that wait already.</param>
    /// <exception cref="ArgumentNullException"><paramref name="faults"/> is null.</exception>
    /// <exception cref="NotSupportedException">A fault makes no sense in this server's protocol; then none is taken.</exception>
    public void Enqueue(params ServerFault[] faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        Array.ForEach(faults, fault => fault.ThrowIfUnsupported(Protocol));
        lock (_lock)
        {
            Array.ForEach(faults, _faults.Enqueue);
        }
    }

    /// <summary>Holds every answer after so many chunks until <see cref="Resume"/>.</summary>
    /// <param name="chunks">The number of chunks, at least 1, that are sent first.</param>
    /// <returns>A task that ends when the first answer stands there, its chunks handed to the operating system.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Task PauseAfterChunks(int chunks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunks, 1);

        var gate = new AnswerGate(chunks);
        Interlocked.Exchange(ref _gate, gate)?.Open();
        return gate.Reached;
    }

    /// <summary>Lets held answers go on, and holds no further ones.</summary>
    public void Resume() => Interlocked.Exchange(ref _gate, null)?.Open();

    /// <summary>Stops the server; answers in progress are cut off. Nothing happens when it was stopped before.</summary>
    /// <returns>A task that ends when the port is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task StartHostAsync(CancellationToken cancellationToken) => _host = await ServerHost.StartAsync(HandleAsync, cancellationToken);

    private protected abstract bool IsChat(EmulatedRequest request);

    /// <summary>Whether faults are for this request: chats, and embeddings.</summary>
    private protected virtual bool MeetsFaults(EmulatedRequest request) => IsChat(request);

    private protected abstract AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids);

    private protected abstract AnswerPlan PlanOther(EmulatedRequest request);

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new EmulatedRequest(
            context.Request.Method,
            context.Request.Path.Value ?? "/",
            context.Request.QueryString.Value ?? "",
            context.Connection.Id,
            context.Request.Headers.ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value.ToArray()), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        Interlocked.Increment(ref _openStreams);
        try
        {
            await AnswerAsync(context, request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _openStreams);
            request.ReportAnswered(Options.TimeProvider.GetTimestamp());
        }
    }

    private async Task AnswerAsync(HttpContext context, EmulatedRequest request)
    {
        CancellationToken connectionClosed = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed;
        // Both registrations live as long as their token: the connection may close long after this answer.
        context.RequestAborted.UnsafeRegister(_ => request.ReportAborted(Options.TimeProvider.GetTimestamp()), null);
        connectionClosed.UnsafeRegister(_ => request.ReportClosed(Options.TimeProvider.GetTimestamp()), null);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        AnswerPlan plan = Plan(request, Register(request));
        var transmitter = new AnswerTransmitter(Options, context, request, () => Volatile.Read(ref _gate));
        await transmitter.SendAsync(plan, ending.Token);
    }

    private AnswerPlan Plan(EmulatedRequest request, int number)
    {
        AnswerPlan plan = PlanWithoutFault(request, number);
        lock (_lock)
        {
            if (MeetsFaults(request) && _faults.TryDequeue(out ServerFault? fault))
            {
                fault.Apply(plan);
            }
        }

        return plan;
    }

    private AnswerPlan PlanWithoutFault(EmulatedRequest request, int number)
    {
        if (Options.ApiKey is { } key && !HasKey(request, key))
        {
            return AnswerPlan.Json(Protocol, Protocol.ErrorBody(401), 401);
        }

        return IsChat(request) ? PlanChat(request, new IdGenerator(Options.Seed, number)) : PlanOther(request);
    }

    private bool HasKey(EmulatedRequest request, string key) => KeyHeaderOf(request) is { } header
        ? request.Headers.GetValueOrDefault(header) == key
        : request.Headers.GetValueOrDefault("Authorization") == $"Bearer {key}";

    private int Register(EmulatedRequest request)
    {
        lock (_lock)
        {
            _requests.Add(request);
            _arrival.TrySetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _requests.Count;
        }
    }
}
