using System.Buffers;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>
/// The fast path. Neighbouring text deltas differ in one JSON string, and on some servers in a second one that nobody reads (a timestamp, padding), so
/// the bytes around them are remembered from the last fully parsed delta and compared. Only a frame that the full parse would read the same way matches.
/// </summary>
internal sealed class DeltaTemplate
{
    // Quotes and control characters end a JSON string or break it; an escape needs a closer look.
    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    // What timestamps and padding are made of; a quote is the first thing after them.
    private static readonly SearchValues<byte> Unread = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-.:/_="u8);

    private byte[] _frame = [];
    private int _length;
    private int _textStart;
    private int _textEnd;
    private int _unreadStart;
    private int _unreadEnd;

    /// <summary>Remembers a delta.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="text">Where its text stands, without the quotes.</param>
    /// <param name="unread">Where a string stands whose value changes nothing from here on; absent when there is none.</param>
    public void Learn(ReadOnlySpan<byte> frame, JsonSlice text, JsonSlice unread)
    {
        if (_frame.Length < frame.Length)
        {
            _frame = new byte[frame.Length];
        }

        frame.CopyTo(_frame);
        _length = frame.Length;
        _textStart = text.Start;
        _textEnd = text.End;
        bool isPlain = unread.Type == JsonTokenType.String && !unread.Of(frame).ContainsAnyExcept(Unread);
        (_unreadStart, _unreadEnd) = isPlain ? (unread.Start, unread.End) : (0, 0);
    }

    /// <summary>Forgets the delta: what came since changes how the next one is read.</summary>
    public void Forget() => _length = 0;

    /// <summary>Finds the text of a frame that differs from the remembered one in nothing else that is read.</summary>
    public bool TryMatch(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_length == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> before = _frame.AsSpan(0, _textStart);
        ReadOnlySpan<byte> after = _frame.AsSpan(_textEnd, _length - _textEnd);
        if (_unreadEnd > 0 && !(_unreadEnd < _textStart ? TrySkipBefore(ref before, ref frame) : TrySkipAfter(ref after, ref frame)))
        {
            return false;
        }

        if (frame.Length < before.Length + after.Length || !frame.StartsWith(before) || !frame.EndsWith(after))
        {
            return false;
        }

        text = frame[before.Length..^after.Length];
        return IsWholeString(text);
    }

    // The unread string stands before the text: both sides go on at its closing quote.
    private bool TrySkipBefore(ref ReadOnlySpan<byte> before, ref ReadOnlySpan<byte> frame)
    {
        if (!frame.StartsWith(before[.._unreadStart]))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = frame[_unreadStart..];
        int quote = rest.IndexOfAnyExcept(Unread);
        if (quote < 0)
        {
            return false;
        }

        before = before[_unreadEnd..];
        frame = rest[quote..];
        return true;
    }

    // It stands after the text: both sides end with its opening quote.
    private bool TrySkipAfter(ref ReadOnlySpan<byte> after, ref ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> tail = after[(_unreadEnd - _textEnd)..];
        if (!frame.EndsWith(tail))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = frame[..^tail.Length];
        int quote = rest.LastIndexOfAnyExcept(Unread);
        after = after[..(_unreadStart - _textEnd)];
        frame = rest[..(quote + 1)];
        return true;
    }

    private static bool IsWholeString(ReadOnlySpan<byte> text)
    {
        int special = text.IndexOfAny(Special);
        return special < 0 || (text[special] == '\\' && IsWholeEscapedString(text));
    }

    // Escapes step over the character after the backslash, so a quote found outside of them ends the string too early.
    private static bool IsWholeEscapedString(ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOfAny(Special); at >= 0; at = text.IndexOfAny(Special))
        {
            int length = text[at] == '\\' ? JsonText.EscapeLength(text[at..]) : 0;
            if (length == 0)
            {
                return false;
            }

            text = text[(at + length)..];
        }

        return true;
    }
}
