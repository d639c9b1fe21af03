using System.Text;

namespace StreamingAdapters.Errors;

/// <summary>Makes a provider's text presentable: keys become <c>***</c>, and it ends after 4 KB.</summary>
internal static class SecretRedactor
{
    private const string Mask = "***";
    private const int MaxBytes = 4096;

    // Anything shorter is a placeholder that would eat ordinary words.
    private const int ShortestKey = 4;
    private const int ShortestTail = 6;
    private const int ShortestToken = 16;

    // How many words may stand between "key" and the key: "API key provided: ...", "key you sent is ...".
    private const int Reach = 4;

    private static readonly string[] Prefixes =
    [
        "sk-", "sk_", "pk-", "rk-", "gsk_", "xai-", "hf_", "AIza", "nvapi-", "pplx-", "csk-", "fw_", "r8_", "ghp_", "gho_", "github_pat_", "AKIA", "eyJ",
    ];

    /// <summary>The text without keys, cut to 4,096 bytes of UTF-8 between two characters; null for no text.</summary>
    internal static string? Present(string? text, string? apiKey, IReadOnlyList<string>? secrets = null) =>
        string.IsNullOrWhiteSpace(text) ? null : Cut(Redact(text, apiKey, secrets));

    /// <summary>The text with <c>***</c> for the key that was sent, for other secrets that were, and for everything that looks like one.</summary>
    internal static string Redact(string text, string? apiKey, IReadOnlyList<string>? secrets = null)
    {
        string rest = text;
        foreach (string secret in Known([apiKey, .. secrets ?? []]))
        {
            rest = rest.Replace(secret, Mask, StringComparison.Ordinal);
        }

        var result = new StringBuilder(rest.Length);
        int sinceKey = Reach + 1;
        bool afterBearer = false;
        for (int i = 0; i < rest.Length;)
        {
            int length = WordLength(rest.AsSpan(i));
            if (length is 0)
            {
                result.Append(rest[i++]);
                continue;
            }

            // A full stop at the end belongs to the sentence.
            ReadOnlySpan<char> word = rest.AsSpan(i, length).TrimEnd('.');
            bool isSecret = afterBearer || LooksLikeKey(word) || (sinceKey <= Reach && IsLongToken(word));
            result.Append(isSecret ? Mask : word).Append(rest.AsSpan(i + word.Length, length - word.Length));
            afterBearer = word.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
            sinceKey = word.Contains("key", StringComparison.OrdinalIgnoreCase) ? 0 : sinceKey + 1;
            i += length;
        }

        return result.ToString();
    }

    // One may be a part of another: the longer goes first.
    private static IEnumerable<string> Known(IEnumerable<string?> secrets) =>
        secrets.Select(secret => secret?.Trim() ?? "").Where(secret => secret.Length >= ShortestKey).OrderByDescending(secret => secret.Length);

    private static int WordLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '-' or '_' or '.' or '*' or '+' or '/' or '~'))
        {
            length++;
        }

        return length;
    }

    private static bool LooksLikeKey(ReadOnlySpan<char> word)
    {
        foreach (string prefix in Prefixes)
        {
            if (word.Length >= prefix.Length + ShortestTail && word.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLongToken(ReadOnlySpan<char> word) =>
        word.Length >= ShortestToken && word.ContainsAnyInRange('0', '9') && !word.Contains("//", StringComparison.Ordinal);

    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        int bytes = 0;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
