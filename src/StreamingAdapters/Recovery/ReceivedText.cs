using System.Globalization;

namespace StreamingAdapters.Recovery;

/// <summary>The end of the text that was received, as a repeat of it is looked for.</summary>
internal sealed class ReceivedText
{
    // Four times what is held of a continuation: whitespace may have shrunk in it.
    private const int Kept = 1_024;

    private readonly int _length;

    public ReceivedText(string text)
    {
        ReadOnlySpan<char> end = text.AsSpan(Math.Max(0, text.Length - Kept));
        _length = end.Length;
        Blank = end[end.TrimEnd().Length..].ToString();
        Normalized.Read(end);
    }

    /// <summary>The text without the whitespace at its end.</summary>
    public NormalizedText Normalized { get; } = new();

    /// <summary>The whitespace at its end.</summary>
    public string Blank { get; }

    /// <summary>How many characters of the text the last normalised ones are.</summary>
    public int OverlapOf(int length) => _length - Normalized.StartOf(Normalized.Length - length);

    /// <summary>The number of letters and digits among the last characters.</summary>
    public int CountWordCharacters(int length)
    {
        int count = 0;
        for (int index = Normalized.Length - length; index < Normalized.Length; index++)
        {
            count += char.IsLetterOrDigit(Normalized[index]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether the last characters do not begin within a word.</summary>
    public bool BeginsAtWord(int length)
    {
        int start = Normalized.Length - length;
        return start == 0 || !IsOfWord(Normalized[start - 1]) || !IsOfWord(Normalized[start]);
    }

    /// <summary>Reads the whitespace of a head behind a repeat: how much of it repeats the received, and how much of the rest may.</summary>
    /// <remarks>What goes beyond the received whitespace is new (the received ended within a run of it); unless it is the same again, or the run began differently.</remarks>
    public (int Repeated, int Uncertain) ReadBlank(ReadOnlySpan<char> rest)
    {
        ReadOnlySpan<char> blank = rest[..^rest.TrimStart().Length];
        bool isExact = blank.StartsWith(Blank, StringComparison.Ordinal);
        int repeated = Math.Min(Blank.Length, blank.Length);
        if (!isExact && repeated < blank.Length && blank[repeated - 1] == '\r' && blank[repeated] == '\n')
        {
            repeated++;
        }

        ReadOnlySpan<char> more = blank[repeated..];
        return (repeated, isExact && !Blank.AsSpan().EndsWith(more, StringComparison.Ordinal) ? 0 : more.Length);
    }

    /// <summary>How much whitespace at the beginning of a head may repeat the end of the received.</summary>
    public int CountRepeatedBlank(ReadOnlySpan<char> head)
    {
        int length = Math.Min(Blank.Length, head.Length);
        while (!head.StartsWith(Blank.AsSpan(Blank.Length - length), StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }

    // A mark belongs to the letter before it.
    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
