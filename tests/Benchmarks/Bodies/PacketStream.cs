namespace Benchmarks.Bodies;

/// <summary>A body as a network hands it over: cannot seek, and a read gives what one to a few packets hold, whatever room there is.</summary>
internal sealed class PacketStream(byte[] bytes) : Stream
{
    // Payloads of 1, 2, 3, 5 and 11 Ethernet packets, in a fixed order.
    private static readonly int[] Sizes = [1448, 4344, 1448, 15928, 2896, 1448, 7240, 4344];

    private int _position;
    private int _packet;
    private int _left = Sizes[0];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, _left), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        _left -= count;
        if (_left == 0)
        {
            _left = Sizes[++_packet % Sizes.Length];
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
