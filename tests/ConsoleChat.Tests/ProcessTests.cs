using System.Diagnostics;
using ConsoleChat.Input;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests;

/// <summary>The built program in a process of its own, without a terminal.</summary>
public class ProcessTests
{
    private const int EmulatedWords = 67;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_NoArguments_AsksByItselfWhetherInputIsClosedOrSilent(bool isClosed)
    {
        using Process process = Start(Dotnet, typeof(ChatApp).Assembly.Location);
        if (isClosed)
        {
            process.StandardInput.Close();
        }

        (int exitCode, string output, string error) = await EndAsync(process);

        AssertAnswered(exitCode, output, error);
    }

    [Theory]
    [InlineData("<&-")]
    [InlineData("</dev/null")]
    public async Task Run_NoDescriptorOrNullDevice_AsksByItself(string redirection)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh to redirect with.");
        using Process process = Start("/bin/sh", "-c", $"exec \"$0\" \"$1\" {redirection}", Dotnet, typeof(ChatApp).Assembly.Location);

        (int exitCode, string output, string error) = await EndAsync(process);

        AssertAnswered(exitCode, output, error);
    }

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static void AssertAnswered(int exitCode, string output, string error)
    {
        Assert.Equal("", error);
        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.StartsWith("Emulated Ollama server at http://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains(TextGenerator.Text(1, PromptSource.BuiltInQuestion, EmulatedWords), output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("[stop | first content ", output, StringComparison.Ordinal);
        Assert.Contains($"| output {EmulatedWords} |", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", output, StringComparison.Ordinal);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = System.Text.Encoding.UTF8,
    })!;

    private static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process)
    {
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(Token);
            Task<string> error = process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token).Within();
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
