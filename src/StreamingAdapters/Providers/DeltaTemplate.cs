using System.Buffers;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>
/// The fast path. Neighbouring text deltas differ in one JSON string, and on some servers in others that nobody reads (a timestamp, padding, a sequence
/// number), so the bytes around them are remembered from the last fully parsed delta and compared. Only a frame that the full parse would read the same way matches.
/// </summary>
internal sealed class DeltaTemplate
{
    // Quotes and control characters end a JSON string or break it; an escape needs a closer look.
    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    private readonly List<UnreadValue> _before = [];
    private readonly List<UnreadValue> _after = [];
    private byte[] _frame = [];
    private int _length;
    private int _textStart;
    private int _textEnd;

    /// <summary>Remembers a delta.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="text">Where its text stands, without the quotes.</param>
    /// <param name="unread">Where strings and numbers stand whose values change nothing from here on; absent ones are skipped.</param>
    public void Learn(ReadOnlySpan<byte> frame, JsonSlice text, params ReadOnlySpan<JsonSlice> unread)
    {
        ReadOnlySpan<byte> known = WithoutEnd(frame);
        if (_frame.Length < known.Length)
        {
            _frame = new byte[frame.Length];
        }

        known.CopyTo(_frame);
        _length = known.Length;
        _textStart = text.Start;
        _textEnd = text.End;
        _before.Clear();
        _after.Clear();
        foreach (JsonSlice slice in unread)
        {
            if (UnreadValue.TryCreate(slice, frame, out UnreadValue value))
            {
                (value.End <= text.Start ? _before : _after).Add(value);
            }
        }

        _before.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        _after.Sort(static (one, other) => other.Start.CompareTo(one.Start));
    }

    /// <summary>Forgets the delta: what came since changes how the next one is read.</summary>
    public void Forget() => _length = 0;

    /// <summary>Finds the text of a frame that differs from the remembered one in nothing else that is read.</summary>
    public bool TryMatch(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> text)
    {
        text = default;
        frame = WithoutEnd(frame);
        if (_length == 0 || !TrySkipBefore(ref frame) || !TrySkipAfter(ref frame))
        {
            return false;
        }

        text = frame;
        return IsWholeString(text);
    }

    // Anthropic hides the length of its texts by blanks in front of the last brace.
    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> frame) => frame is [.., (byte)'}'] ? frame[..^1].TrimEnd((byte)' ') : default;

    // From the frame's beginning to the text.
    private bool TrySkipBefore(ref ReadOnlySpan<byte> frame)
    {
        int from = 0;
        foreach (UnreadValue value in _before)
        {
            if (!TrySkipStart(ref frame, from, value.Start) || !value.TrySkipStart(ref frame))
            {
                return false;
            }

            from = value.End;
        }

        return TrySkipStart(ref frame, from, _textStart);
    }

    // From the frame's end back to the text.
    private bool TrySkipAfter(ref ReadOnlySpan<byte> frame)
    {
        int to = _length;
        foreach (UnreadValue value in _after)
        {
            if (!TrySkipEnd(ref frame, value.End, to) || !value.TrySkipEnd(ref frame))
            {
                return false;
            }

            to = value.Start;
        }

        return TrySkipEnd(ref frame, _textEnd, to);
    }

    private bool TrySkipStart(ref ReadOnlySpan<byte> frame, int from, int to)
    {
        if (!frame.StartsWith(_frame.AsSpan(from..to)))
        {
            return false;
        }

        frame = frame[(to - from)..];
        return true;
    }

    private bool TrySkipEnd(ref ReadOnlySpan<byte> frame, int from, int to)
    {
        if (!frame.EndsWith(_frame.AsSpan(from..to)))
        {
            return false;
        }

        frame = frame[..^(to - from)];
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
