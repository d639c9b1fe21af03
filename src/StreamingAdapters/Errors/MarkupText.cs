using System.Net;
using System.Text;

namespace StreamingAdapters.Errors;

/// <summary>The readable text of a gateway's error page.</summary>
internal static class MarkupText
{
    /// <summary>The page's title, else its text without tags; null when there is neither.</summary>
    internal static string? Read(string markup) => Title(markup) ?? Clean(StripTags(markup));

    private static string? Title(string markup)
    {
        int tag = markup.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        int start = tag < 0 ? -1 : markup.IndexOf('>', tag);
        if (start < 0)
        {
            return null;
        }

        int end = markup.IndexOf('<', start);
        return Clean(end < 0 ? markup[(start + 1)..] : markup[(start + 1)..end]);
    }

    private static string StripTags(string markup)
    {
        var text = new StringBuilder();
        bool inTag = false;
        foreach (char character in markup)
        {
            inTag = character is '<' || (inTag && character is not '>');
            text.Append(inTag || character is '>' ? ' ' : character);
        }

        return text.ToString();
    }

    private static string? Clean(string text)
    {
        string[] words = WebUtility.HtmlDecode(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? string.Join(' ', words) : null;
    }
}
