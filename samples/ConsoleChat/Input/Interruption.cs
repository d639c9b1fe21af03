namespace ConsoleChat.Input;

/// <summary>What Ctrl+C means: during an answer it stops the answer, a second time or without an answer it ends the program.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _program = new();
    private CancellationTokenSource? _answer;
    private bool _isDisposed;

    /// <summary>Cancelled when the program shall end.</summary>
    public CancellationToken Program => _program.Token;

    /// <summary>Begins an answer that Ctrl+C can stop, until the result is disposed.</summary>
    public Answer BeginAnswer()
    {
        lock (_lock)
        {
            _answer = CancellationTokenSource.CreateLinkedTokenSource(_program.Token);
            return new Answer(this, _answer);
        }
    }

    /// <summary>Ctrl+C was pressed.</summary>
    /// <returns>False when the program was asked to end before and did not: the system may kill it.</returns>
    public bool Press()
    {
        lock (_lock)
        {
            if (_isDisposed || _program.IsCancellationRequested)
            {
                return false;
            }

            // Not Cancel: that would run the answer's continuations here, inside the lock.
            _ = (_answer is { IsCancellationRequested: false } ? _answer : _program).CancelAsync();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _program.Dispose();
        }
    }

    private void EndAnswer(CancellationTokenSource answer)
    {
        lock (_lock)
        {
            _answer = null;
            answer.Dispose();
        }
    }

    internal sealed class Answer(Interruption owner, CancellationTokenSource source) : IDisposable
    {
        public CancellationToken Token { get; } = source.Token;

        public void Dispose() => owner.EndAnswer(source);
    }
}
