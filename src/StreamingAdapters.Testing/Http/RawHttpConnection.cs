using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>One connection that a <see cref="RawHttpServer"/> accepted.</summary>
public sealed class RawHttpConnection
{
    private readonly Socket _socket;
    private readonly TimeProvider _timeProvider;
    private readonly TaskCompletionSource<byte[]> _request = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RawHttpClose> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _closedAt;

    internal RawHttpConnection(Socket socket, TimeProvider timeProvider)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _timeProvider = timeProvider;
    }

    /// <summary>Ends when the first request has arrived whole; the result is its bytes, headers included.</summary>
    public Task<byte[]> Request => _request.Task;

    /// <summary>Ends when the operating system has taken the answer's last byte.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Ends when the connection does; the result says how.</summary>
    public Task<RawHttpClose> Closed => _closed.Task;

    /// <summary>The server clock's timestamp of the end; meaningful once <see cref="Closed"/> has ended.</summary>
    public long ClosedAt => Interlocked.Read(ref _closedAt);

    internal async Task ServeAsync(RawHttpAnswer answer, CancellationToken cancellationToken)
    {
        var close = RawHttpClose.ServerEnded;
        try
        {
            _request.TrySetResult(await ReadRequestAsync(cancellationToken));
            await WriteAsync(answer, cancellationToken);
            _answered.TrySetResult();
            close = await EndAsync(answer.End, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            close = RawHttpClose.ClientReset;
        }
        catch (OperationCanceledException)
        {
            // The server is being disposed.
        }
        finally
        {
            _socket.Dispose();
            Interlocked.Exchange(ref _closedAt, _timeProvider.GetTimestamp());
            _request.TrySetCanceled(CancellationToken.None);
            _answered.TrySetCanceled(CancellationToken.None);
            _closed.TrySetResult(close);
        }
    }

    private async Task<byte[]> ReadRequestAsync(CancellationToken cancellationToken)
    {
        var received = new ArrayBufferWriter<byte>();
        while (!IsWhole(received.WrittenSpan))
        {
            int count = await _socket.ReceiveAsync(received.GetMemory(4096), cancellationToken);
            if (count == 0)
            {
                break;
            }

            received.Advance(count);
        }

        return received.WrittenSpan.ToArray();
    }

    private static bool IsWhole(ReadOnlySpan<byte> received)
    {
        int end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        string headers = Encoding.ASCII.GetString(received[..end]);
        ReadOnlySpan<byte> body = received[(end + 4)..];
        const string Length = "\r\nContent-Length:";
        int at = headers.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return at >= 0
            ? body.Length >= int.Parse(headers[(at + Length.Length)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture)
            : !headers.Contains("\r\nTransfer-Encoding:", StringComparison.OrdinalIgnoreCase) || body.EndsWith("0\r\n\r\n"u8);
    }

    private async Task WriteAsync(RawHttpAnswer answer, CancellationToken cancellationToken)
    {
        bool isFirst = true;
        foreach (BodyStep piece in BodySplit.Sizes(answer.Writes).Cut([new BodyStep(answer.Bytes.ToArray(), TimeSpan.Zero)]))
        {
            if (!isFirst && answer.Pace > TimeSpan.Zero)
            {
                await Task.Delay(answer.Pace, _timeProvider, cancellationToken);
            }

            isFirst = false;
            for (ReadOnlyMemory<byte> rest = piece.Bytes; !rest.IsEmpty;)
            {
                rest = rest[await _socket.SendAsync(rest, cancellationToken)..];
            }
        }
    }

    private async Task<RawHttpClose> EndAsync(RawHttpEnd end, CancellationToken cancellationToken)
    {
        if (end is RawHttpEnd.Reset)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            return RawHttpClose.ServerEnded;
        }

        if (end is RawHttpEnd.Close)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }

        byte[] ignored = new byte[4096];
        while (await _socket.ReceiveAsync(ignored, cancellationToken) > 0)
        {
            // A client that sends more is not answered; only its close is awaited.
        }

        return RawHttpClose.ClientClosed;
    }
}
