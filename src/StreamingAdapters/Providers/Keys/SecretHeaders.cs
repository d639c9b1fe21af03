namespace StreamingAdapters.Providers.Keys;

/// <summary>The secrets among the headers of the options, which servers and gateways echo as they echo keys.</summary>
internal static class SecretHeaders
{
    // "Bearer" and other words around a secret, and values that are none, are shorter.
    private const int ShortestPart = 8;

    private static readonly string[] NameParts = ["auth", "key", "token", "secret", "password", "credential", "cookie", "session"];

    /// <summary>The values of the headers that are named like a secret, and what stands in them behind a scheme or a name.</summary>
    public static IEnumerable<string> In(IEnumerable<KeyValuePair<string, string>> headers) =>
        from header in headers
        where NameParts.Any(part => header.Key.Contains(part, StringComparison.OrdinalIgnoreCase))
        from secret in header.Value.Split([' ', ';', ',', '='], StringSplitOptions.RemoveEmptyEntries).Prepend(header.Value).Where(part => part.Length >= ShortestPart)
        select secret;
}
