using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Tests;

/// <summary>What <c>INDEX.json</c> of the <see cref="FixtureFolder"/> lists.</summary>
internal static class Fixtures
{
    /// <summary>The folder, for tests that are not run without it.</summary>
    public static string Root => FixtureFolder.Root ?? throw new InvalidOperationException(FixtureFolder.Missing);

    /// <summary>Every entry for a decoder, for example <c>http-error</c>.</summary>
    public static IEnumerable<FixtureEntry> Entries(string decoder)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "INDEX.json")));
        return [.. index.RootElement.GetProperty("fixtures").EnumerateArray().Select(FixtureEntry.Read).Where(entry => entry.Decoder == decoder)];
    }

    /// <summary>The entry of a file that <see cref="Files"/> named.</summary>
    public static FixtureEntry Entry(string decoder, string file) => Entries(decoder).Single(entry => entry.File == file);

    /// <summary>The files of a decoder as theory data; one row that skips aloud when the folder is absent.</summary>
    public static IEnumerable<ITheoryDataRow> Files(string decoder, Func<FixtureEntry, bool>? where = null) =>
        FixtureFolder.Rows(() => Entries(decoder).Where(where ?? (_ => true)).Select(entry => new TheoryDataRow<string>(entry.File)));
}
