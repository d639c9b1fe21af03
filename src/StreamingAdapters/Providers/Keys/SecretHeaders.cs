namespace StreamingAdapters.Providers.Keys;

/// <summary>The secrets among the headers of the options, which servers and gateways echo as they echo keys.</summary>
internal static class SecretHeaders
{
    // "Bearer" and other words around a secret are shorter.
    private const int ShortestPart = 8;

    private static readonly string[] NameParts = ["auth", "key", "token", "secret", "password", "credential", "cookie", "session"];

    /// <summary>The values of the headers that are named like a secret, and what stands in them behind a scheme or a name.</summary>
    public static IEnumerable<string> In(IEnumerable<KeyValuePair<string, string>> headers) =>
        from header in headers
        where NameParts.Any(part => header.Key.Contains(part, StringComparison.OrdinalIgnoreCase)) && !IsCount(header.Value)
        from secret in header.Value.Split([' ', ';', ',', '='], StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length >= ShortestPart).Prepend(header.Value)
        select secret;

    // "X-Max-Tokens: 4096" is a bound, and stands in texts for other reasons.
    private static bool IsCount(string value) => value.Length < ShortestPart && value.All(char.IsAsciiDigit);
}
