namespace StreamingAdapters.Interop.Tests;

/// <summary>Stands for the whole project where the real package is not referenced.</summary>
public sealed class MissingPackageTests
{
    [Fact]
    public void Interop_CompatProject_IsSkipped() => Assert.Skip(
        "Interop needs the packages Microsoft.Extensions.AI, Microsoft.Extensions.AI.OpenAI and OllamaSharp: run 'dotnet test -p:MicrosoftExtensionsAI=package'.");
}
