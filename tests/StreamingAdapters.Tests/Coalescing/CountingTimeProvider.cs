namespace StreamingAdapters.Tests.Coalescing;

/// <summary>A clock that stands still and counts what is asked of its timers.</summary>
internal sealed class CountingTimeProvider : TimeProvider
{
    public int Timers { get; private set; }

    public int Changes { get; private set; }

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timers++;
        return new CountedTimer(this);
    }

    private sealed class CountedTimer(CountingTimeProvider provider) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            provider.Changes++;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
