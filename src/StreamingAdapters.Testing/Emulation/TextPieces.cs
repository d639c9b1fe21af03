namespace StreamingAdapters.Testing;

/// <summary>Cuts arguments into fragments as servers do.</summary>
internal static class TextPieces
{
    /// <summary>Pieces of so many UTF-16 units: one may end inside an escape, but not inside a surrogate pair, whose halves would be lost as UTF-8.</summary>
    public static IEnumerable<string> Of(string text, int characters)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = Math.Min(text.Length, start + characters);
            end += char.IsHighSurrogate(text[end - 1]) && end < text.Length ? 1 : 0;
            yield return text[start..end];
        }
    }
}
