using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>Cuts text into words and chunks.</summary>
internal static class TextChunks
{
    /// <summary>The words of a text, each with the white space in front of it; concatenated they are the text.</summary>
    public static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1])))
            {
                yield return text[start..i];
                start = i;
            }
        }
    }

    public static int CountWords(string text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            count += !char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])) ? 1 : 0;
        }

        return count;
    }

    /// <summary>So many words, or so many characters, to a chunk. A character is a Unicode scalar: no chunk ends inside a surrogate pair.</summary>
    public static IEnumerable<string> Of(IEnumerable<string> words, EmulatedServerOptions options) => options.ChunkCharacters is { } characters
        ? words.SelectMany(static word => word.EnumerateRunes()).Chunk(characters).Select(static runes => Join(runes))
        : words.Chunk(options.ChunkWords).Select(static chunk => string.Concat(chunk));

    private static string Join(Rune[] runes) => string.Concat(runes.Select(static rune => rune.ToString()));
}
