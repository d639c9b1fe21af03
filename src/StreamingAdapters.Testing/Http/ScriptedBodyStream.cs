using System.Net.Sockets;

namespace StreamingAdapters.Testing;

/// <summary>Plays the body of one scripted response. A read of zero bytes waits for data and takes none, as a socket's does.</summary>
internal sealed class ScriptedBodyStream(ScriptedHttpResponse response, ScriptedHttpExchange exchange, TimeProvider timeProvider) : Stream
{
    private readonly IEnumerator<BodyStep> _pieces = response.Split.Cut(response.Steps).GetEnumerator();
    private readonly CancellationTokenSource _disposed = new();
    private ReadOnlyMemory<byte> _piece;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await FillAsync(either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            exchange.ReportReadCancelled();
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            throw new IOException("The read ended because the response was disposed.", e);
        }

        int count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        exchange.ReportRead(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A scripted body is read asynchronously: use ReadAsync.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed.IsCancellationRequested)
        {
            exchange.ReportDisposed();
            _disposed.Cancel();
        }

        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        while (_piece.IsEmpty && !_isAtEnd)
        {
            if (!_pieces.MoveNext())
            {
                await EndAsync(cancellationToken);
            }
            else if (_pieces.Current.Delay > TimeSpan.Zero)
            {
                await Task.Delay(_pieces.Current.Delay, timeProvider, cancellationToken);
            }
            else
            {
                _piece = _pieces.Current.Bytes;
            }
        }
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        switch (response.End)
        {
            case BodyEnd.Premature:
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case BodyEnd.Reset:
                var reset = new SocketException((int)SocketError.ConnectionReset);
                throw new IOException("Unable to read data from the transport connection: Connection reset by peer.", reset);
            case BodyEnd.Silence:
                exchange.ReportSilence();
                await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken);
                break;
            default:
                _isAtEnd = true;
                break;
        }
    }
}
