namespace StreamingAdapters.Tests.Shared;

/// <summary>Stands for all rows of a theory that lacks what it tests with.</summary>
internal static class SkippedRow
{
    /// <summary>A row whose name says why, since the console prints a skipped test's name alone.</summary>
    public static ITheoryDataRow Because(string reason) => new TheoryDataRow() { Skip = reason, Label = $"skipped: {reason}" };
}
