using Microsoft.Extensions.AI;

namespace StreamingAdapters.Validation;

/// <summary>Media types of contents, and patterns of them.</summary>
internal static class MediaTypes
{
    /// <summary>Whether a text is <c>type/subtype</c>, <c>type/*</c> or <c>*/*</c>.</summary>
    public static bool IsPattern(string? text) =>
        text?.Split('/') is [{ Length: > 0 } type, { Length: > 0 } subtype]
        && IsPart(subtype)
        && (IsPart(type) && (type != "*" || subtype == "*"));

    /// <summary>The media type of a content; null for text, tools and anything else that has none, <c>*/*</c> for a file that does not say.</summary>
    public static string? Of(AIContent content) => content switch
    {
        DataContent data => data.MediaType,
        UriContent uri => uri.MediaType,
        HostedFileContent file => file.MediaType ?? "*/*",
        _ => null,
    };

    /// <summary>Whether one of the patterns covers a media type, whose parameters do not count.</summary>
    public static bool IsAmong(IList<string> patterns, string mediaType)
    {
        ReadOnlySpan<char> type = mediaType.AsSpan();
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        foreach (string pattern in patterns)
        {
            bool isCovered = pattern == "*/*"
                || (pattern.EndsWith('*') ? type.StartsWith(pattern.AsSpan(..^1), StringComparison.OrdinalIgnoreCase) : type.Equals(pattern, StringComparison.OrdinalIgnoreCase));
            if (isCovered)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(string part) => part == "*" || part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '_');
}
