namespace StreamingAdapters.Testing;

/// <summary>Holds answers after a number of chunks until it is opened.</summary>
internal sealed class AnswerGate(int chunks)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Open() => _opened.TrySetResult();

    public async Task PassAsync(int chunksSent, CancellationToken cancellationToken)
    {
        if (chunksSent >= chunks)
        {
            _reached.TrySetResult();
            await _opened.Task.WaitAsync(cancellationToken);
        }
    }
}
