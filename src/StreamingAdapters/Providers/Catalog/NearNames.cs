namespace StreamingAdapters.Providers.Catalog;

/// <summary>Finds what somebody may have meant: names that differ in few letters, or hold each other.</summary>
internal static class NearNames
{
    private const int Most = 3;

    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        int limit = Math.Max(1, name.Length / 3);
        return
        [
            .. known
                .Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
                .Where(other => other.Distance <= limit || (name.Length > 2 && other.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(other => other.Distance).ThenBy(other => char.ToUpperInvariant(other.Name[0]) != char.ToUpperInvariant(name[0])).ThenBy(other => other.Name, StringComparer.Ordinal)
                .Select(other => other.Name),
        ];
    }

    /// <summary>The first few, in words; empty for none.</summary>
    public static string InWords(IReadOnlyList<string> names) => names.Count == 0 ? "" : $" Did you mean {string.Join(", ", names.Take(Most).Select(name => $"'{name}'"))}?";

    // Levenshtein's, over one row.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int before = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = before + (one[i - 1] == other[j - 1] ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
