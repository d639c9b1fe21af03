namespace StreamingAdapters.Tests.Framing;

/// <summary>Serves pieces, one a read, and writes down each read: a waiting one (no bytes asked for) as <see cref="Waiting"/>, else what it got.</summary>
internal sealed class ReadLogStream(params byte[][] pieces) : Stream
{
    /// <summary>A read without a buffer, in <see cref="Reads"/>.</summary>
    public const int Waiting = -1;

    private int _piece;
    private int _taken;

    /// <summary>Runs in each waiting read.</summary>
    public Action? OnWaiting { get; init; }

    public List<int> Reads { get; } = [];

    public int BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = 0;
        if (buffer.IsEmpty)
        {
            OnWaiting?.Invoke();
        }
        else if (_piece < pieces.Length)
        {
            ReadOnlySpan<byte> rest = pieces[_piece].AsSpan(_taken);
            count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer.Span);
            (_piece, _taken) = count < rest.Length ? (_piece, _taken + count) : (_piece + 1, 0);
        }

        Reads.Add(buffer.IsEmpty ? Waiting : count);
        BytesRead += count;
        return new(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
