using System.Text;

namespace ConsoleChat.Tests;

/// <summary>Keeps what is written, and tells when a text has come.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, TaskCompletionSource Written)> _awaited = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_lock)
        {
            _text.Append(value);
            Report();
        }
    }

    public Task WaitForAsync(string text)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited.Add((text, written));
            Report();
        }

        return written.Task.Within();
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }

    // Called under the lock.
    private void Report()
    {
        string all = _text.ToString();
        _awaited.RemoveAll(awaited => all.Contains(awaited.Text, StringComparison.Ordinal) && awaited.Written.TrySetResult());
    }
}
