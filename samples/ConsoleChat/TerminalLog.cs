using Microsoft.Extensions.Logging;

namespace ConsoleChat;

/// <summary>Shows what goes wrong beside the answers, a bad change of the settings above all, on the error output.</summary>
internal sealed class TerminalLog(TextWriter error) : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is the terminal and nothing else.");

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            error.WriteLine(formatter(state, exception));
        }
    }

    public void Dispose()
    {
        // The terminal belongs to others.
    }
}
