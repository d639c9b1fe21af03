using System.Text;

namespace StreamingAdapters.Limits;

/// <summary>The bytes of UTF-8 that an answer may still have.</summary>
/// <param name="limit">The bytes of a whole answer; null for no limit.</param>
internal sealed class ByteRoom(long? limit)
{
    private long _left = limit ?? 0;

    /// <summary>Takes bytes that cannot be parted, if they fit.</summary>
    public bool TryTake(long bytes)
    {
        if (limit is not null && bytes > _left)
        {
            return false;
        }

        _left -= bytes;
        return true;
    }

    /// <summary>Takes as much of a text as fits.</summary>
    /// <param name="text">The next piece of a text.</param>
    /// <param name="endsInHalf">Whether the piece before ended in the first half of a surrogate pair, counted as three bytes; then whether this one does.</param>
    /// <returns>How many characters fit; never the first half of a pair alone.</returns>
    public int Take(string text, ref bool endsInHalf)
    {
        if (limit is null || text.Length == 0)
        {
            return text.Length;
        }

        // Two halves are six bytes apart and four together.
        bool joins = endsInHalf && char.IsLowSurrogate(text[0]);
        endsInHalf = char.IsHighSurrogate(text[^1]);
        long bytes = Encoding.UTF8.GetByteCount(text) - (joins ? 2 : 0);
        return TryTake(bytes) ? text.Length : Fitting(text, joins);
    }

    private int Fitting(string text, bool joins)
    {
        int characters = joins && _left > 0 ? 1 : 0;
        long bytes = characters;
        foreach (Rune rune in text.AsSpan(characters).EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > _left)
            {
                break;
            }

            characters += rune.Utf16SequenceLength;
        }

        return characters;
    }
}
