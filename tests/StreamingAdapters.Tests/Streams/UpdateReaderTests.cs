using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Tests.Streams;

public sealed class UpdateReaderTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_Interrupted_TheNextWaitTakesUpTheSameRead()
    {
        var gate = new TaskCompletionSource();
        await using UpdateReader reader = Over(_ => GatedAsync(gate.Task));

        ValueTask<ReadOutcome> first = reader.ReadAsync();
        reader.Interrupt();
        ReadOutcome interrupted = await first;
        ValueTask<ReadOutcome> second = reader.ReadAsync();
        gate.SetResult();

        Assert.Equal(ReadOutcome.Interrupted, interrupted);
        Assert.Equal(ReadOutcome.Update, await second);
        Assert.Equal("x", reader.Current.Text);
        Assert.Equal(ReadOutcome.End, await reader.ReadAsync());
    }

    [Fact]
    public async Task Dispose_DisposalOfTheStreamFails_LetsTheCallersTokenGo()
    {
        using var caller = new CancellationTokenSource();
        var client = new OddChatClient(OddPoint.Disposal, _ => new InvalidOperationException("x"));
        var reader = new UpdateReader(token => client.GetStreamingResponseAsync("hi", cancellationToken: token), _time, caller.Token);
        await reader.ReadAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.DisposeAsync());
        await caller.CancelAsync();

        Assert.False(client.LastToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Interrupt_NobodyWaits_EndsTheNextWaitOnce()
    {
        var gate = new TaskCompletionSource();
        await using UpdateReader reader = Over(_ => GatedAsync(gate.Task));

        reader.Interrupt();
        ReadOutcome first = await reader.ReadAsync();
        ValueTask<ReadOutcome> second = reader.ReadAsync();
        gate.SetResult();

        Assert.Equal((ReadOutcome.Interrupted, ReadOutcome.Update), (first, await second));
    }

    [Fact]
    public async Task Interrupt_ReadIsReady_LosesNoUpdate()
    {
        await using UpdateReader reader = Over(_ => GatedAsync(Task.CompletedTask));

        reader.Interrupt();

        Assert.Equal(ReadOutcome.Update, await reader.ReadAsync());
    }

    [Fact]
    public async Task Read_ReturnsBetweenTwoWaits_IsTakenByTheSecond()
    {
        var gate = new TaskCompletionSource();
        await using UpdateReader reader = Over(_ => GatedAsync(gate.Task));

        ValueTask<ReadOutcome> first = reader.ReadAsync();
        reader.Interrupt();
        _ = await first;
        gate.SetResult();

        Assert.Equal(ReadOutcome.Update, await reader.ReadAsync());
    }

    [Fact]
    public async Task Read_FailsAfterAnInterrupt_ThrowsInTheNextWait()
    {
        var gate = new TaskCompletionSource();
        await using UpdateReader reader = Over(_ => GatedAsync(gate.Task));

        ValueTask<ReadOutcome> first = reader.ReadAsync();
        reader.Interrupt();
        _ = await first;
        gate.SetException(new InvalidOperationException("late"));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    }

    [Fact]
    public async Task Dispose_ReadIsPending_CancelsItAndWaits()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        UpdateReader reader = Over(token => inner.GetStreamingResponseAsync("hi", cancellationToken: token));

        _ = reader.ReadAsync().AsTask();
        await reader.DisposeAsync();

        Assert.True(inner.Calls[0].IsCancelled);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task Dispose_ClientIgnoresItsToken_IsLeftAfterTheGraceAndDisposedWhenItReturns()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        UpdateReader reader = Over(token => inner.GetStreamingResponseAsync("hi", cancellationToken: token));

        _ = reader.ReadAsync().AsTask();
        Task disposing = reader.DisposeAsync().AsTask();
        await _time.WaitForTimersAsync(1, Token);
        bool waited = !disposing.IsCompleted;
        _time.Advance(UpdateReader.Grace);
        await disposing;
        bool leftAlone = !inner.Calls[0].IsDisposed;
        inner.Dispose();
        await inner.Calls[0].Disposed.WaitAsync(Token);

        Assert.True(waited);
        Assert.True(leftAlone);
    }

    [Fact]
    public async Task Dispose_WithinTheEndOfTheReadBefore_IsNotTakenForTheEndOfThePendingOne()
    {
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var disposed = new TaskCompletionSource();
        UpdateReader reader = Over(_ => TwoAsync(first.Task, second.Task, disposed));

        Task<Task> consuming = ReadAndDisposeAsync(reader);
        first.SetResult();
        Task disposing = await consuming;
        await _time.WaitForTimersAsync(1, Token);
        bool waited = !disposing.IsCompleted;
        _time.Advance(UpdateReader.Grace);
        await disposing;
        bool leftAlone = !disposed.Task.IsCompleted;
        second.SetResult();
        await disposed.Task.WaitAsync(Token);

        Assert.True(waited);
        Assert.True(leftAlone);
    }

    [Fact]
    public async Task Dispose_StreamThrows_LeavesNothingOnTheCallersToken()
    {
        using var caller = new CancellationTokenSource();
        CancellationToken given = default;
        var reader = new UpdateReader(token => ThrowingInTheEndAsync(given = token), _time, caller.Token);

        await reader.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.DisposeAsync());
        await caller.CancelAsync();

        Assert.False(given.IsCancellationRequested);
    }

    [Fact]
    public async Task Cancel_ClientIgnoresItsToken_InterruptsTheWait()
    {
        using var caller = new CancellationTokenSource();
        using var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        var reader = new UpdateReader(token => inner.GetStreamingResponseAsync("hi", cancellationToken: token), _time, caller.Token);

        ValueTask<ReadOutcome> read = reader.ReadAsync();
        await caller.CancelAsync();

        Assert.Equal(ReadOutcome.Interrupted, await read);
    }

    [Fact]
    public void Create_StreamThrows_LeavesNothingOnTheCallersToken()
    {
        Assert.Throws<InvalidOperationException>(() => new UpdateReader(_ => throw new InvalidOperationException(), _time, Token));
    }

    [Fact]
    public async Task Read_ManyInterruptsFromAnotherThread_LosesAndRepeatsNothing()
    {
        const int Count = 20_000;
        await using UpdateReader reader = Over(token => NumbersAsync(Count, token));
        using var done = new CancellationTokenSource();
        Task interrupting = Task.Run(() => InterruptUntil(reader, done.Token), Token);

        List<string> received = [];
        ReadOutcome outcome;
        while ((outcome = await reader.ReadAsync()) is not ReadOutcome.End)
        {
            if (outcome is ReadOutcome.Update)
            {
                received.Add(reader.Current.Text);
            }
        }

        await done.CancelAsync();
        await interrupting;
        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"{number}"), received);
    }

    [Fact]
    public async Task Read_ClientReportsABrokenConnectionAfterTheCancellation_IsTheCallersCancellation()
    {
        using var caller = new CancellationTokenSource();
        await using var reader = new UpdateReader(_ => BrokenAsync(), _time, caller.Token);

        await caller.CancelAsync();
        var exception = await Assert.ThrowsAsync<OperationCanceledException>(async () => await reader.ReadAsync());

        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.IsType<IOException>(exception.InnerException);
    }

    private UpdateReader Over(Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> stream) => new(stream, _time, Token);

    // What follows the first wait runs on the thread that ended it, inside the read's own continuation.
    private static async Task<Task> ReadAndDisposeAsync(UpdateReader reader)
    {
        await reader.ReadAsync().ConfigureAwait(false);
        ValueTask<ReadOutcome> next = reader.ReadAsync();
        reader.Interrupt();
        await next.ConfigureAwait(false);
        return reader.DisposeAsync().AsTask();
    }

    private static void InterruptUntil(UpdateReader reader, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            reader.Interrupt();
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync()
    {
        await Task.CompletedTask;
        foreach (ChatResponseUpdate update in Enumerable.Range(0, 1).Select(ChatResponseUpdate (_) => throw new IOException("The connection was closed.")))
        {
            yield return update;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> GatedAsync(Task gate)
    {
        await gate;
        yield return new ChatResponseUpdate(ChatRole.Assistant, "x");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> TwoAsync(Task first, Task second, TaskCompletionSource disposed)
    {
        try
        {
            await first;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "x");
            await second;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "y");
        }
        finally
        {
            disposed.SetResult();
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> ThrowingInTheEndAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "x");
        }
        finally
        {
            Throw();
        }

        static void Throw() => throw new InvalidOperationException("The response could not be closed.");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> NumbersAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int number = 0; number < count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, $"{number}");
        }
    }
}
