using System.Text.Json;

namespace StreamingAdapters.Tests;

/// <summary>Recorded answers and their expected results, in <c>../shared/fixtures</c> beside the repository or where ADAPTERS_FIXTURES says.</summary>
internal static class Fixtures
{
    /// <summary>The name that stands for "no fixtures here" in theory data, so that the theory runs once and skips.</summary>
    public const string Absent = "(absent)";

    /// <summary>The folder; null when it is not there.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Skips the running test, saying what is missing.</summary>
    public static void SkipIfAbsent()
    {
        if (Root is null)
        {
            Assert.Skip("No fixtures: neither '../shared/fixtures' beside the repository nor the folder in ADAPTERS_FIXTURES exists.");
        }
    }

    /// <summary>Every entry of INDEX.json for a decoder, for example <c>http-error</c>; none when the folder is absent.</summary>
    public static IEnumerable<FixtureEntry> Entries(string decoder)
    {
        if (Root is null)
        {
            return [];
        }

        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "INDEX.json")));
        return [.. index.RootElement.GetProperty("fixtures").EnumerateArray().Select(FixtureEntry.Read).Where(entry => entry.Decoder == decoder)];
    }

    /// <summary>The entry of a file that <see cref="Files"/> named.</summary>
    public static FixtureEntry Entry(string decoder, string file) => Entries(decoder).Single(entry => entry.File == file);

    /// <summary>The files of a decoder as theory data; one row <see cref="Absent"/> when there are none.</summary>
    public static TheoryData<string> Files(string decoder, Func<FixtureEntry, bool>? where = null)
    {
        string[] files = [.. Entries(decoder).Where(where ?? (_ => true)).Select(entry => entry.File)];
        return [.. files is [] ? [Absent] : files];
    }

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("ADAPTERS_FIXTURES") is { Length: > 0 } configured)
        {
            return Directory.Exists(configured) ? configured : null;
        }

        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Adapters.sln")))
        {
            folder = folder.Parent;
        }

        string? root = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "fixtures") : null;
        return Directory.Exists(root) ? root : null;
    }
}
