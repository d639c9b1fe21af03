namespace StreamingAdapters.Tests.Recordings;

/// <summary>Serves bytes in reads of given sizes; the last size repeats.</summary>
internal sealed class SplitStream(ReadOnlyMemory<byte> bytes, IEnumerator<int> sizes) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
        {
            return new(0);
        }

        sizes.MoveNext();
        int count = Math.Min(Math.Min(sizes.Current, buffer.Length), _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return new(count);
    }
}
