using System.Net;
using System.Net.Sockets;

namespace StreamingAdapters.Testing;

/// <summary>A TCP server on the loopback that answers HTTP requests with exactly the given bytes.</summary>
/// <remarks>It answers one request per connection; the answers are given in order, the last repeats.</remarks>
public sealed class RawHttpServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly RawHttpAnswer[] _answers;
    private readonly TimeProvider _timeProvider;
    private readonly List<RawHttpConnection> _connections = [];
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawHttpServer(TimeProvider timeProvider, RawHttpAnswer[] answers)
    {
        _timeProvider = timeProvider;
        _answers = answers;
        _listener.Start();
        Endpoint = new Uri($"http://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync();
    }

    /// <summary>The server's address.</summary>
    public Uri Endpoint { get; }

    /// <summary>The connections accepted so far, in order.</summary>
    public IReadOnlyList<RawHttpConnection> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Starts a server on a free port, on the system's clock.</summary>
    /// <param name="answers">The answers in order.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="answers"/> is null.</exception>
    /// <exception cref="ArgumentException">No answer is given.</exception>
    public static RawHttpServer Start(params RawHttpAnswer[] answers) => Start(TimeProvider.System, answers);

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="timeProvider">The clock of delays and timestamps.</param>
    /// <param name="answers">The answers in order.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> or <paramref name="answers"/> is null.</exception>
    /// <exception cref="ArgumentException">No answer is given.</exception>
    public static RawHttpServer Start(TimeProvider timeProvider, params RawHttpAnswer[] answers)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(answers);
        return answers.Length > 0
            ? new RawHttpServer(timeProvider, [.. answers])
            : throw new ArgumentException("A raw server needs at least one answer.", nameof(answers));
    }

    /// <summary>Waits for a connection.</summary>
    /// <param name="index">The connection's position, from 0.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The connection, as soon as it is accepted.</returns>
    public async Task<RawHttpConnection> WaitForConnectionAsync(int index = 0, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (index < _connections.Count)
                {
                    return _connections[index];
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops the server and closes its connections.</summary>
    /// <returns>A task that ends when all are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new RawHttpConnection(await _listener.AcceptSocketAsync(_stopping.Token), _timeProvider);
                _serving.Add(connection.ServeAsync(Register(connection), _stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException || _stopping.IsCancellationRequested)
        {
            // Stopped: the listener is gone.
        }
    }

    private RawHttpAnswer Register(RawHttpConnection connection)
    {
        lock (_lock)
        {
            RawHttpAnswer answer = _answers[Math.Min(_connections.Count, _answers.Length - 1)];
            _connections.Add(connection);
            _arrival.TrySetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return answer;
        }
    }
}
