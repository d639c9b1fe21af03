using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Keeps whatever a log could show at its lowest level: categories, messages, their values, scopes, exceptions.</summary>
internal sealed class EverythingLogged : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public int Count => _lines.Count;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{category}: {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            IEnumerable<string> values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.Select(pair => $"{pair.Key}={pair.Value}") : [];
            lines.Enqueue($"{category} {logLevel}: {formatter(state, exception)} [{string.Join(", ", values)}] {exception}");
        }
    }
}
