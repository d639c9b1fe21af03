using ConsoleChat.Input;

namespace ConsoleChat.Tests;

/// <summary>The program in this process, over writers that can be read.</summary>
internal sealed class AppRun : IDisposable
{
    private string? _settingsFile;

    public TextReader In { get; init; } = new StringReader("");

    /// <summary>The text of appsettings.json; null for the program's own.</summary>
    public string? Settings { get; init; }

    public bool IsTerminal { get; init; }

    public WatchedWriter Out { get; } = new();

    public WatchedWriter Error { get; } = new();

    public Interruption Interruption { get; } = new();

    public string ErrorLine => Error.ToString().TrimEnd();

    public string LastLine => Out.ToString().TrimEnd().Split('\n')[^1];

    public async Task<int> RunAsync(params string[] commandLine)
    {
        var terminal = new ChatTerminal(In, Out, Error) { IsInputTerminal = IsTerminal, IsOutputTerminal = IsTerminal };
        if (Settings is not null)
        {
            _settingsFile ??= Path.Combine(Path.GetTempPath(), $"appsettings-{Guid.NewGuid():N}.json");
            await File.WriteAllTextAsync(_settingsFile, Settings);
            terminal = terminal with { SettingsFile = _settingsFile };
        }

        return await new ChatApp(terminal, Interruption).RunAsync(commandLine).Within();
    }

    public void Dispose()
    {
        if (_settingsFile is not null)
        {
            File.Delete(_settingsFile);
        }

        In.Dispose();
        Interruption.Dispose();
    }
}
