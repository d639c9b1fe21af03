using System.Text.RegularExpressions;

namespace StreamingAdapters.Tests.Architecture;

/// <summary>The folders of the product point only where the design lets them.</summary>
public sealed partial class FolderTests
{
    // Json <- Errors <- Framing <- Providers; Errors, Streams and Settings are the ground under every feature; no feature and no provider uses another, and
    // Pipeline alone knows them all.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Json"] = [],
        ["Errors"] = ["Json"],
        ["Settings"] = [],
        ["Streams"] = ["Errors", "Json"],
        ["Framing"] = ["Errors"],
        ["Providers"] = ["Errors", "Framing", "Json", "Settings", "Streams"],
        ["Validation"] = Ground,
        ["ErrorHandling"] = Ground,
        ["Usage"] = Ground,
        ["Metadata"] = Ground,
        ["Coalescing"] = Ground,
        ["Timeouts"] = Ground,
        ["Limits"] = Ground,
        ["Fallback"] = Ground,
        ["Integrity"] = Ground,
        ["Bridge"] = Ground,
        ["Recovery"] = Ground,
        ["Routing"] = Ground,
        ["Pipeline"] = [.. Ground, "Validation", "ErrorHandling", "Usage", "Metadata", "Coalescing", "Limits", "Timeouts", "Recovery", "Fallback", "Integrity", "Routing", "Providers"],
    };

    private static string[] Ground => ["Errors", "Settings", "Streams"];

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Product).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"))];

    private static string Product => Repository.PathOf("src", "StreamingAdapters");

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_Sources_UseAllowedFoldersOnly(string folder)
    {
        Assert.True(Allowed.ContainsKey(folder), $"Say in {nameof(FolderTests)} what the folder {folder} may use.");
        string[] others = [.. Directory.GetDirectories(Product).Select(path => Path.GetFileName(path)!).Except([folder, .. Allowed[folder]])];

        IEnumerable<string> wrong =
            from file in SourcesIn(Path.Combine(Product, folder))
            from Match use in FolderUse().Matches(File.ReadAllText(file))
            where others.Contains(use.Groups["folder"].Value) && (!use.Groups["type"].Success || IsType(use.Groups["folder"].Value, use.Groups["type"].Value))
            select $"{Path.GetFileName(file)} uses {use.Value}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Providers_Siblings_DoNotUseEachOther()
    {
        string providers = Path.Combine(Product, "Providers");
        string[] names = [.. Directory.GetDirectories(providers).Select(path => Path.GetFileName(path)!)];

        IEnumerable<string> wrong =
            from name in names
            from file in SourcesIn(Path.Combine(providers, name))
            from other in names
            where other != name && File.ReadAllText(file).Contains($"StreamingAdapters.Providers.{other};", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)} uses {other}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Sources_Length_StaysWithinBudget()
    {
        IEnumerable<string> tooLong =
            from root in (string[])["src", "tests", "samples"]
            from file in SourcesIn(Repository.PathOf(root))
            where File.ReadLines(file).Count() > 300
            select file;

        Assert.Empty(tooLong);
    }

    private static IEnumerable<string> SourcesIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        : [];

    // "Usage" is a folder, and a member of many types.
    private static bool IsType(string folder, string name) => Directory.EnumerateFiles(Path.Combine(Product, folder), $"{name}.cs", SearchOption.AllDirectories).Any();

    [GeneratedRegex(@"using StreamingAdapters\.(?<folder>[A-Z]\w+)[;.]|(?<![\w.])(?:StreamingAdapters\.)?(?<folder>[A-Z]\w+)\.(?<type>[A-Z]\w+)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FolderUse();
}
