namespace StreamingAdapters.Interop.Tests;

/// <summary>Stands for the whole project where the real package is not referenced.</summary>
public sealed class MissingPackageTests
{
    private const string Reason = "interop needs the packages Microsoft.Extensions.AI, Microsoft.Extensions.AI.OpenAI and OllamaSharp: run 'dotnet test -p:MicrosoftExtensionsAI=package'";

    // The console prints a skipped test's name alone.
    [Fact(DisplayName = $"Interop [skipped: {Reason}]", Skip = Reason)]
    public void Interop_CompatProject_IsSkipped() => Assert.Fail(Reason);
}
