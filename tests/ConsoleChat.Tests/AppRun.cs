using ConsoleChat.Input;

namespace ConsoleChat.Tests;

/// <summary>The program in this process, over writers that can be read.</summary>
internal sealed class AppRun : IDisposable
{
    public TextReader In { get; init; } = new StringReader("");

    public bool IsTerminal { get; init; }

    public WatchedWriter Out { get; } = new();

    public WatchedWriter Error { get; } = new();

    public Interruption Interruption { get; } = new();

    public string ErrorLine => Error.ToString().TrimEnd();

    public string LastLine => Out.ToString().TrimEnd().Split('\n')[^1];

    public Task<int> RunAsync(params string[] commandLine)
    {
        var terminal = new ChatTerminal(In, Out, Error) { IsInputTerminal = IsTerminal, IsOutputTerminal = IsTerminal };
        return new ChatApp(terminal, Interruption).RunAsync(commandLine).Within();
    }

    public void Dispose()
    {
        In.Dispose();
        Interruption.Dispose();
    }
}
