namespace ConsoleChat;

/// <summary>Where the program reads and writes, and what it knows about both ends; tests give their own.</summary>
internal sealed record ChatTerminal(TextReader In, TextWriter Out, TextWriter Error)
{
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool UsesColors { get; init; }

    /// <summary>Where the settings are; the file may be missing.</summary>
    public string SettingsFile { get; init; } = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public static ChatTerminal FromConsole() => new(Console.In, Console.Out, Console.Error)
    {
        IsInputTerminal = !Console.IsInputRedirected,
        IsOutputTerminal = !Console.IsOutputRedirected,
        UsesColors = AllowsColors(Console.IsOutputRedirected, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM")),
    };

    /// <summary>Colours are for a terminal whose owner did not forbid them: https://no-color.org.</summary>
    public static bool AllowsColors(bool isRedirected, string? noColor, string? term) =>
        !isRedirected && string.IsNullOrEmpty(noColor) && term is not "dumb";

    /// <summary>The text in the background's shade, where there are shades.</summary>
    public string Shade(string text) => UsesColors ? Dim + text + Plain : text;

    /// <summary>A server's text as it may be shown: a terminal would obey control characters.</summary>
    public string Printable(string text) => IsOutputTerminal && text.Any(IsControl) ? string.Concat(text.Where(character => !IsControl(character))) : text;

    private static bool IsControl(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
