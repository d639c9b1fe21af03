namespace StreamingAdapters.Recovery;

/// <summary>Text as it is compared: a run of whitespace is one blank, quotes are straight, an ellipsis is three dots; each character knows where it came from.</summary>
/// <remarks>Whitespace at either end is left out. For one text that grows; not thread-safe.</remarks>
internal sealed class NormalizedText
{
    private readonly List<char> _characters = [];
    private readonly List<int> _starts = [];
    private int _read;

    public int Length => _characters.Count;

    public char this[int index] => _characters[index];

    /// <summary>Whether a character is a quote of any kind.</summary>
    public static bool IsQuote(char character) => Straight(character) is '"' or '\'';

    /// <summary>Reads what the text has more than at the last call.</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        for (; _read < text.Length; _read++)
        {
            if (!char.IsWhiteSpace(text[_read]))
            {
                Add(text[_read]);
            }
        }
    }

    /// <summary>Where a character begins in the text.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>Where the first characters end in the text.</summary>
    public int EndOf(int length) => _starts[length - 1] + 1;

    /// <summary>Whether the text can be cut behind the first characters: an ellipsis has three and cannot be cut.</summary>
    public bool CanCutAfter(int length) => length == Length || _starts[length] != _starts[length - 1];

    private void Add(char character)
    {
        if (Length > 0 && _starts[^1] + 1 < _read)
        {
            Add(' ', EndOf(Length));
        }

        if (character == '…')
        {
            Add('.', _read);
            Add('.', _read);
            character = '.';
        }

        Add(Straight(character), _read);
    }

    private void Add(char character, int start)
    {
        _characters.Add(character);
        _starts.Add(start);
    }

    private static char Straight(char character) => character switch
    {
        '\u201C' or '\u201D' or '\u201E' or '\u201F' or '«' or '»' => '"',
        '\u2018' or '\u2019' or '\u201A' or '\u201B' or '‹' or '›' => '\'',
        _ => character,
    };
}
