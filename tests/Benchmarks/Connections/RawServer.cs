using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Connections;

/// <summary>HTTP/1.1 by hand on loopback, because what is measured are the connections themselves: how many, and when the client closes one.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawExchange, Task> _answer;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="answer">Answers one request.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    public RawServer(Func<RawExchange, Task> answer, int port = 0)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(2048);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Uri Endpoint => new($"http://127.0.0.1:{Port}/v1");

    /// <summary>How many TCP connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                byte[] buffer = new byte[16 * 1024];
                while (await RawRequest.ReadAsync(socket, buffer))
                {
                    await _answer(new RawExchange(socket));
                }
            }
            catch (SocketException)
            {
                // The client closed the connection: that is what is measured, and the exchange has noted when.
            }
        }
    }
}
