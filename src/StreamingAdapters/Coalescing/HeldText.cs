using System.Globalization;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Coalescing;

/// <summary>The text that is held, and the places where it may be cut.</summary>
/// <remarks>
/// Every place is the start of a grapheme. Text is scanned once, as far as its last grapheme, which further text may continue.
/// </remarks>
internal sealed class HeldText(CoalescingUnit unit) : PooledText
{
    private const char Joiner = '\u200D';

    private int _lastGrapheme;
    private int _unitEnd;

    /// <summary>The end of the last whole unit; 0 when there is none.</summary>
    public int UnitEnd
    {
        get
        {
            Scan();
            return _unitEnd;
        }
    }

    /// <summary>The end of the last grapheme that no further text can continue; 0 when there is none.</summary>
    public int WholeEnd
    {
        get
        {
            Scan();
            return EndsInBreak ? Length : _lastGrapheme;
        }
    }

    /// <summary>The end of what may stand alone: all of it, or all before a last grapheme that is certainly half (half a pair, half a flag, a joiner at its end).</summary>
    public int ReadableEnd
    {
        get
        {
            Scan();
            return EndsHalf ? _lastGrapheme : Length;
        }
    }

    /// <summary>The end without half a surrogate pair.</summary>
    public int PairsEnd => EndsInHalfPair ? Length - 1 : Length;

    private bool EndsInHalfPair => Length > 0 && char.IsHighSurrogate(Characters[^1]);

    private bool EndsHalf => EndsInHalfPair || (Length > 0 && (Characters[^1] == Joiner || EndsInHalfFlag));

    // A flag is two regional indicators, U+1F1E6 to U+1F1FF.
    private bool EndsInHalfFlag => Length - _lastGrapheme == 2 && Characters[_lastGrapheme] == '\uD83C' && Characters[_lastGrapheme + 1] is >= '\uDDE6' and <= '\uDDFF';

    // Nothing attaches to a control character, but CR may become CR LF.
    private bool EndsInBreak => Length > 0 && Characters[^1] is not '\r' and var last && (char.IsControl(last) || IsLineEnd(last));

    /// <summary>The first characters.</summary>
    public string Read(int count) => Characters[..count].ToString();

    /// <summary>Removes the first characters.</summary>
    public void Remove(int count)
    {
        RemoveFirst(count);
        _lastGrapheme = Math.Max(0, _lastGrapheme - count);
        _unitEnd = Math.Max(0, _unitEnd - count);
    }

    private void Scan()
    {
        // Half a pair may turn out to be a mark of the grapheme before it, such as a tone of skin.
        ReadOnlySpan<char> text = Characters[..PairsEnd];
        int start = _lastGrapheme;
        while (start < text.Length && EndOfGrapheme(text, start) is var end && end < text.Length)
        {
            start = end;
            if (EndsUnit(text[start - 1], text[start]))
            {
                _unitEnd = start;
            }
        }

        _lastGrapheme = start;
        if (EndsInBreak && (unit is CoalescingUnit.Grapheme || (unit is CoalescingUnit.Line && IsLineEnd(text[^1]))))
        {
            _unitEnd = Length;
        }
    }

    // Between two characters of ASCII there is always a boundary, but within CR LF.
    private static int EndOfGrapheme(ReadOnlySpan<char> text, int start) =>
        start + 1 < text.Length && char.IsAscii(text[start]) && char.IsAscii(text[start + 1]) && text[start] != '\r'
            ? start + 1
            : start + StringInfo.GetNextTextElementLength(text[start..]);

    private bool EndsUnit(char before, char after) => unit switch
    {
        CoalescingUnit.Grapheme => true,
        CoalescingUnit.Word => char.IsWhiteSpace(after) && !char.IsWhiteSpace(before),
        CoalescingUnit.Line => IsLineEnd(before),
        _ => false,
    };

    private static bool IsLineEnd(char character) => character is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';
}
