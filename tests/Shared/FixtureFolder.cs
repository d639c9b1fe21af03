namespace StreamingAdapters.Tests.Shared;

/// <summary>Where recorded answers and their expected results are: the folder in ADAPTERS_FIXTURES, else <c>../shared/fixtures</c> beside the repository's root, and nowhere else.</summary>
internal static class FixtureFolder
{
    private const string Variable = "ADAPTERS_FIXTURES";
    private const string Index = "INDEX.json";

    static FixtureFolder()
    {
        string? configured = Environment.GetEnvironmentVariable(Variable);
        string? folder = string.IsNullOrEmpty(configured) ? BesideTheRepository() : configured;
        Root = folder is not null && File.Exists(Path.Combine(folder, Index)) ? folder : null;
        Missing = Root is not null ? null : string.IsNullOrEmpty(configured)
            ? $"no recorded answers: ../shared/fixtures beside the repository has no {Index}, and {Variable} is not set"
            : $"no recorded answers: {Variable} is set to '{configured}', where there is no {Index}";
    }

    /// <summary>The folder; null when it is not there.</summary>
    public static string? Root { get; }

    /// <summary>What is missing; null when the folder is there.</summary>
    public static string? Missing { get; }

    /// <summary>The rows of a theory that reads the folder; one that skips aloud when it is not there.</summary>
    public static IEnumerable<ITheoryDataRow> Rows(Func<IEnumerable<ITheoryDataRow>> rows) => Missing is null ? rows() : [SkippedRow.Because(Missing)];

    private static string? BesideTheRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Adapters.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "fixtures") : null;
    }
}
