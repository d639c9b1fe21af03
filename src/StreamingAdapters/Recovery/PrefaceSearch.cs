using System.Globalization;

namespace StreamingAdapters.Recovery;

/// <summary>Finds the end of the received text behind a preface, such as "Sure, here is the rest:", or behind an opening quote or ellipsis.</summary>
/// <remarks>
/// New text may come to a phrase of the received text by chance, and what is before the anchor is lost. So the words before it must be a preface by their looks: they
/// begin like a sentence, at the very beginning of the head and in one line, and lead up to the anchor.
/// </remarks>
internal sealed class PrefaceSearch(ReceivedText received, NormalizedText head)
{
    private const int MinAnchor = 12;
    private const int MinWordCharacters = 6;

    private int _read;

    /// <summary>The repeat behind the preface; null as long as none is found.</summary>
    public RepeatSearch? Repeat { get; private set; }

    /// <summary>Whether a quote is directly before the anchor: one behind it may be its pair.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Whether a head can begin with a preface.</summary>
    public bool IsPossible(ReadOnlySpan<char> text) =>
        received.Normalized.Length >= MinAnchor && (text.IsEmpty || BeginsSentence(text[0]) || text.TrimStart() is [var first, ..] && IsDecoration(first));

    /// <summary>Whether a repeat of some length is an anchor.</summary>
    public bool IsAnchor(int length) => length >= MinAnchor && received.CountWordCharacters(length) >= MinWordCharacters;

    /// <summary>Reads what the head has more than at the last call.</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        while (_read < head.Length && Repeat is null)
        {
            _read++;
            if (FindStart(text) is { } start)
            {
                Repeat = new RepeatSearch(received.Normalized, head, start);
                IsQuoted = start > 0 && NormalizedText.IsQuote(head[start - 1]);
            }
        }

        // The anchor may say something twice: its end is the last place that fits.
        Repeat?.Read();
    }

    // The preface may end as the text before the anchor did, so that the first signs in common are not of the anchor.
    private int? FindStart(ReadOnlySpan<char> text)
    {
        if (!head.CanCutAfter(_read))
        {
            return null;
        }

        for (int length = CountCommon(_read); IsAnchor(length); length--)
        {
            int start = _read - length;
            if (head[start] != ' ' && IsPreface(text[..head.StartOf(start)]))
            {
                return start;
            }

            if (char.IsLetterOrDigit(head[start]))
            {
                return null;
            }
        }

        return null;
    }

    private int CountCommon(int end)
    {
        NormalizedText other = received.Normalized;
        int length = 0;
        while (length < end && length < other.Length && head[end - 1 - length] == other[other.Length - 1 - length])
        {
            length++;
        }

        return length;
    }

    private static bool IsPreface(ReadOnlySpan<char> before)
    {
        ReadOnlySpan<char> words = before.TrimEnd();
        bool hasEllipsis = false;
        while (words is [.., var last] && (IsDecoration(last) || words.EndsWith("...", StringComparison.Ordinal)))
        {
            hasEllipsis |= last is '.' or '…';
            words = (last == '.' ? words[..^3] : words[..^1]).TrimEnd();
        }

        return words.IsEmpty || (BeginsSentence(words[0]) && !words.ContainsAny('\r', '\n') && (hasEllipsis || LeadsUp(words[^1], before[words.Length..])));
    }

    // Ideographic colon, exclamation mark and full stop too.
    private static bool LeadsUp(char last, ReadOnlySpan<char> gap) => last switch
    {
        ':' or '!' or '\uFF1A' or '\uFF01' => true,
        '.' or '\u3002' => gap.Count('\n') > 1,
        _ => false,
    };

    private static bool BeginsSentence(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter || IsDecoration(character);

    private static bool IsDecoration(char character) => NormalizedText.IsQuote(character) || character is '…' or '`' or '*' or '_' or '>' or '[' or '(';
}
