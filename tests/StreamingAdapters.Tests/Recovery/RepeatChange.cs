namespace StreamingAdapters.Tests.Recovery;

/// <summary>What models change when they repeat text.</summary>
internal static class RepeatChange
{
    public static Dictionary<string, Func<string, string>> All { get; } = new(StringComparer.Ordinal)
    {
        ["line feeds become blanks"] = text => text.Replace('\n', ' '),
        ["blanks become line feeds"] = text => text.Replace(' ', '\n'),
        ["blanks are doubled"] = text => text.Replace(" ", "  ", StringComparison.Ordinal),
        ["blanks shrink to one"] = text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        ["the ends are trimmed"] = text => text.Trim(),
        ["quotes become straight"] = text => text.Replace('“', '"').Replace('”', '"').Replace('’', '\'').Replace("…", "...", StringComparison.Ordinal),
        ["quotes become typographic"] = text => text.Replace('"', '”').Replace('\'', '’').Replace("...", "…", StringComparison.Ordinal),
    };
}
