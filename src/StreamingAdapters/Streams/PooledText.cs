using System.Buffers;

namespace StreamingAdapters.Streams;

/// <summary>Text that grows in a buffer from a pool. For one stream; not thread-safe. The buffer goes back when the text is empty or disposed.</summary>
internal abstract class PooledText : IDisposable
{
    private const int FirstSize = 64;

    private char[]? _buffer;

    public int Length { get; private set; }

    protected ReadOnlySpan<char> Characters => _buffer.AsSpan(0, Length);

    public void Append(string text)
    {
        if (_buffer is null || _buffer.Length - Length < text.Length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_buffer.AsSpan(Length));
        Length += text.Length;
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            (_buffer, Length) = (null, 0);
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Removes the first characters.</summary>
    protected void RemoveFirst(int count)
    {
        if (count == Length)
        {
            Dispose();
            return;
        }

        Characters[count..].CopyTo(_buffer);
        Length -= count;
    }

    private void Grow(int more)
    {
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(FirstSize, Length + more));
        Characters.CopyTo(larger);
        if (_buffer is { } buffer)
        {
            ArrayPool<char>.Shared.Return(buffer);
        }

        _buffer = larger;
    }
}
