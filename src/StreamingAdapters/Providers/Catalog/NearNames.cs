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
                .Where(other => other.Distance <= limit || Holds(other.Name, name, shortest: 3) || Holds(name, other.Name, shortest: 4))
                .OrderBy(other => other.Distance).ThenBy(other => char.ToUpperInvariant(other.Name[0]) != char.ToUpperInvariant(name[0])).ThenBy(other => other.Name, StringComparer.Ordinal)
                .Select(other => other.Name),
        ];
    }

    /// <summary>The first few, in words; empty for none.</summary>
    public static string InWords(IReadOnlyList<string> names) => names.Count == 0 ? "" : $" Did you mean {string.Join(", ", names.Take(Most).Select(name => $"'{name}'"))}?";

    private static bool Holds(string name, string part, int shortest) => part.Length >= shortest && name.Contains(part, StringComparison.OrdinalIgnoreCase);

    // Damerau's: letters that are changed, added, left out, or two that are swapped.
    private static int Distance(string one, string other)
    {
        int[,] steps = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0 ? i + j
                    : Math.Min(Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1, steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                bool isSwapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                steps[i, j] = isSwapped ? Math.Min(steps[i, j], steps[i - 2, j - 2] + 1) : steps[i, j];
            }
        }

        return steps[one.Length, other.Length];
    }
}
