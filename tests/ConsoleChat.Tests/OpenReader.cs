using System.Collections.Concurrent;

namespace ConsoleChat.Tests;

/// <summary>Input that stays open: a read blocks until there is a line, as at a terminal or a pipe.</summary>
internal sealed class OpenReader : TextReader
{
    private readonly BlockingCollection<string> _lines = [];

    public void Enter(string line) => _lines.Add(line);

    public override string? ReadLine() => _lines.TryTake(out string? line, Timeout.Infinite) ? line : null;

    public override int Read() => ReadLine() is { Length: > 0 } line ? line[0] : -1;

    /// <summary>Ends the input, and with it a read that was left behind.</summary>
    protected override void Dispose(bool disposing)
    {
        _lines.CompleteAdding();
        base.Dispose(disposing);
    }
}
