using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>
/// Reads one stream so that a wait can end before the read does: by a clock, by the caller's cancellation, although the client ignores its token.
/// </summary>
/// <remarks>
/// A read that is pending when the reader is disposed is cancelled; a client that does not react within <see cref="Grace"/> is left alone and disposed when
/// its read returns, for <c>DisposeAsync</c> must not be called while <c>MoveNextAsync</c> is pending. A wait allocates nothing. For one consumer.
/// </remarks>
internal sealed class UpdateReader : IValueTaskSource<ReadOutcome>, IAsyncDisposable
{
    /// <summary>How long a cancelled client may take to end its read before it is left alone.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private readonly IWaitClock? _clock;
    private readonly Action _onMoved;

    private ManualResetValueTaskSourceCore<ReadOutcome> _wait;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _move;
    private TaskCompletionSource? _settled;
    private bool _isPending;
    private bool _hasMoved;
    private bool _isWaiting;
    private bool _isInterrupted;

    /// <summary>Starts a stream.</summary>
    /// <param name="stream">Calls the inner client with the token that this reader cancels.</param>
    /// <param name="timeProvider">The clock of <see cref="Grace"/>.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <param name="clock">Runs during the waits; null for none.</param>
    public UpdateReader(
        Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> stream, TimeProvider timeProvider, CancellationToken cancellationToken, IWaitClock? clock = null)
    {
        _timeProvider = timeProvider;
        _callerToken = cancellationToken;
        _clock = clock;
        _onMoved = OnMoved;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            _updates = stream(_cancellation.Token).GetAsyncEnumerator(_cancellation.Token);
        }
        catch (Exception e)
        {
            _cancellation.Dispose();
            if (IsCallersCancellation(e))
            {
                throw CallersCancellation.For(e, _callerToken);
            }

            throw;
        }

        clock?.Watch(this);
        _registration = cancellationToken.UnsafeRegister(static state => ((UpdateReader)state!).Interrupt(), this);
    }

    /// <summary>The update that the last read gave.</summary>
    public ChatResponseUpdate Current => _updates.Current;

    /// <summary>Waits for the pending read, beginning one if there is none.</summary>
    /// <exception cref="OperationCanceledException">The client reacted to the caller's cancellation; it carries the caller's token.</exception>
    public ValueTask<ReadOutcome> ReadAsync()
    {
        if (!_isPending)
        {
            ValueTask<bool> move = Begin();
            if (move.IsCompleted)
            {
                return new ValueTask<ReadOutcome>(Take(move.ConfigureAwait(false).GetAwaiter()));
            }

            _isPending = true;
            _hasMoved = false;
            _move = move.ConfigureAwait(false).GetAwaiter();
            _move.UnsafeOnCompleted(_onMoved);
        }

        lock (_gate)
        {
            if (!_hasMoved)
            {
                return WaitOrBeInterrupted();
            }
        }

        return new ValueTask<ReadOutcome>(TakePending());
    }

    /// <summary>Ends the wait, or the next one if nobody waits now.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isInterrupted = true;
                return;
            }

            _isWaiting = false;
        }

        _clock?.Stop();
        _wait.SetResult(ReadOutcome.Interrupted);
    }

    /// <summary>Ends the stream: cancels what is pending, waits for it no longer than <see cref="Grace"/>, and disposes it now or when it returns.</summary>
    public async ValueTask DisposeAsync()
    {
        _registration.Unregister();
        if (_isPending && TrySettle(out Task settled))
        {
            await PatientCall.EndsInGraceAsync(Task.WhenAll(_cancellation.CancelAsync(), settled), _timeProvider);
            if (!settled.IsCompleted)
            {
                _ = DisposeLaterAsync(settled);
                return;
            }
        }

        ValueTask disposal = DisposeNowAsync();
        await (disposal.IsCompleted ? disposal : WithinGraceAsync(disposal.AsTask()));
    }

    ReadOutcome IValueTaskSource<ReadOutcome>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadOutcome>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReadOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private ValueTask<ReadOutcome> WaitOrBeInterrupted()
    {
        if (_isInterrupted)
        {
            _isInterrupted = false;
            return new ValueTask<ReadOutcome>(ReadOutcome.Interrupted);
        }

        _wait.Reset();
        _isWaiting = true;
        _clock?.Start();
        return new ValueTask<ReadOutcome>(this, _wait.Version);
    }

    private ValueTask<bool> Begin()
    {
        try
        {
            return _updates.MoveNextAsync();
        }
        catch (Exception e) when (IsCallersCancellation(e))
        {
            throw CallersCancellation.For(e, _callerToken);
        }
    }

    // Some clients answer a cancellation by reporting that their connection broke.
    private bool IsCallersCancellation(Exception exception) => CallersCancellation.Is(exception, _callerToken);

    private ReadOutcome Take(ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter move)
    {
        try
        {
            return move.GetResult() ? ReadOutcome.Update : ReadOutcome.End;
        }
        catch (Exception e) when (IsCallersCancellation(e))
        {
            throw CallersCancellation.For(e, _callerToken);
        }
    }

    private ReadOutcome TakePending()
    {
        _isPending = false;
        ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter move = _move;
        _move = default;
        return Take(move);
    }

    private void OnMoved()
    {
        bool completes;
        TaskCompletionSource? settled;
        lock (_gate)
        {
            _hasMoved = true;
            completes = _isWaiting;
            _isWaiting = false;

            // Within Complete the consumer may begin the next read, and dispose the reader: this is not the end of that one.
            settled = _settled;
        }

        if (completes)
        {
            _clock?.Stop();
            Complete();
        }

        settled?.TrySetResult();
    }

    private void Complete()
    {
        ReadOutcome outcome;
        try
        {
            outcome = TakePending();
        }
        catch (Exception e)
        {
            _wait.SetException(e);
            return;
        }

        _wait.SetResult(outcome);
    }

    // False when the read has returned; else the task ends when it does.
    private bool TrySettle(out Task settled)
    {
        lock (_gate)
        {
            _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            settled = _settled.Task;
            return !_hasMoved;
        }
    }

    // A client that hangs as it is left is left alone too; what it does in time, failing included, is the consumer's.
    private async ValueTask WithinGraceAsync(Task disposal)
    {
        if (await PatientCall.EndsInGraceAsync(disposal, _timeProvider))
        {
            await disposal;
            return;
        }

        await PatientCall.EndsInGraceAsync(CancelLateAsync(), _timeProvider);
    }

    // A disposal that ends in this moment has disposed the source too: that fails this task alone.
    private async Task CancelLateAsync() => await _cancellation.CancelAsync();

    private async Task DisposeLaterAsync(Task settled)
    {
        await settled.ConfigureAwait(false);
        try
        {
            await DisposeNowAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The consumer has his exception already, and nobody awaits this one.
        }
    }

    private async ValueTask DisposeNowAsync()
    {
        if (_isPending)
        {
            Discard();
        }

        try
        {
            await _updates.DisposeAsync();
        }
        finally
        {
            _cancellation.Dispose();
        }
    }

    // What a read that was given up gives in the end is of no use, but a failure has to be looked at or it counts as unobserved.
    private void Discard()
    {
        try
        {
            TakePending();
        }
        catch (Exception)
        {
            // Given up.
        }
    }
}
