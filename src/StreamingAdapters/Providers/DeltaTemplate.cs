using System.Buffers;

namespace StreamingAdapters.Providers;

/// <summary>
/// The fast path. Neighbouring text deltas differ in one JSON string (and on some servers in a timestamp that is not used twice), so the bytes around
/// it are remembered from the last fully parsed delta and compared. Only a frame that the full parse would read the same way matches.
/// </summary>
internal sealed class DeltaTemplate
{
    // Quotes and control characters end a JSON string or break it; an escape needs a closer look.
    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);
    private static readonly SearchValues<byte> Timestamp = SearchValues.Create("0123456789-+:.TZtz"u8);

    private byte[] _frame = [];
    private int _length;
    private int _stampStart;
    private int _stampEnd;
    private int _textStart;
    private int _textEnd;

    /// <summary>Remembers a delta.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="text">Where its text stands, without the quotes.</param>
    /// <param name="stamp">Where a timestamp stands whose value does not matter, before the text and without quotes; empty when there is none.</param>
    public void Learn(ReadOnlySpan<byte> frame, JsonSlice text, JsonSlice stamp)
    {
        if (_frame.Length < frame.Length)
        {
            _frame = new byte[frame.Length];
        }

        frame.CopyTo(_frame);
        _length = frame.Length;
        _textStart = text.Start;
        _textEnd = text.End;
        bool stamped = stamp.Length > 0 && stamp.End < text.Start && !stamp.Of(frame).ContainsAnyExcept(Timestamp);
        (_stampStart, _stampEnd) = stamped ? (stamp.Start, stamp.End) : (0, 0);
    }

    /// <summary>Forgets the delta: what came since changes how the next one is read.</summary>
    public void Forget() => _length = 0;

    /// <summary>Finds the text of a frame that differs from the remembered one in nothing else.</summary>
    public bool TryMatch(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> learned = _frame.AsSpan(0, _length);
        if (learned.IsEmpty || !TrySkipStamp(ref learned, ref frame))
        {
            return false;
        }

        int skipped = _length - learned.Length;
        ReadOnlySpan<byte> before = learned[..(_textStart - skipped)];
        ReadOnlySpan<byte> after = learned[(_textEnd - skipped)..];
        if (frame.Length < before.Length + after.Length || !frame.StartsWith(before) || !frame.EndsWith(after))
        {
            return false;
        }

        text = frame[before.Length..^after.Length];
        return IsWholeString(text);
    }

    private bool TrySkipStamp(ref ReadOnlySpan<byte> learned, ref ReadOnlySpan<byte> frame)
    {
        if (_stampEnd == 0)
        {
            return true;
        }

        if (!frame.StartsWith(learned[.._stampStart]))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = frame[_stampStart..];
        int quote = rest.IndexOfAnyExcept(Timestamp);
        if (quote < 0)
        {
            return false;
        }

        learned = learned[_stampEnd..];
        frame = rest[quote..];
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
