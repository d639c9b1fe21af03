using System.Buffers;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>The text of an answer as far as it came: text only, never a list of updates, in a pooled buffer.</summary>
/// <remarks>For one stream; not thread-safe. Dispose gives the buffer back.</remarks>
internal sealed class PartialText : IDisposable
{
    private const int FirstSize = 64;

    private char[]? _buffer;
    private int _length;

    public void Append(ChatResponseUpdate update)
    {
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is TextContent { Text: { Length: > 0 } text })
            {
                Append(text);
            }
        }
    }

    /// <summary>The text so far; empty when none came.</summary>
    public override string ToString() => _buffer is null ? "" : new string(_buffer, 0, _length);

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _length = 0;
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private void Append(string text)
    {
        if (_buffer is null || _buffer.Length - _length < text.Length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void Grow(int more)
    {
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(FirstSize, _length + more));
        if (_buffer is { } buffer)
        {
            buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(buffer);
        }

        _buffer = larger;
    }
}
