namespace StreamingAdapters.Testing.Tests.Time;

public sealed class ManualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void GetUtcNow_WithoutAdvance_StandsAtStart()
    {
        var start = new DateTimeOffset(2030, 5, 6, 7, 8, 9, TimeSpan.Zero);

        Assert.Equal(start, new ManualTimeProvider(start).GetUtcNow());
        Assert.Equal(ManualTimeProvider.DefaultStart, _clock.GetUtcNow());
    }

    [Fact]
    public void Advance_MovesClockAndTimestampAlike()
    {
        long before = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromMilliseconds(1500));

        Assert.Equal(ManualTimeProvider.DefaultStart.AddMilliseconds(1500), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _clock.GetElapsedTime(before));
    }

    [Fact]
    public void Advance_Backwards_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));

    [Fact]
    public void Advance_OverSeveralTimers_FiresInOrderOfDueTimeWithClockAtEach()
    {
        var fired = new List<(string, TimeSpan)>();
        using ITimer late = Timer("late", 3);
        using ITimer early = Timer("early", 1);
        using ITimer middle = Timer("middle", 2);
        using ITimer sameAsMiddle = Timer("same as middle", 2);
        using ITimer never = Timer("never", 60);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([("early", Second), ("middle", 2 * Second), ("same as middle", 2 * Second), ("late", 3 * Second)], fired);
        Assert.Equal(1, _clock.ActiveTimers);

        ITimer Timer(string name, int seconds) =>
            _clock.CreateTimer(_ => fired.Add((name, _clock.GetUtcNow() - ManualTimeProvider.DefaultStart)), null, seconds * Second, TimeSpan.Zero);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresEveryPeriodUntilDisposed()
    {
        int fired = 0;
        ITimer timer = _clock.CreateTimer(_ => fired++, null, Second, 2 * Second);

        _clock.Advance(5 * Second);
        timer.Dispose();
        _clock.Advance(10 * Second);

        Assert.Equal(3, fired);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void Advance_CallbackSetsAnotherTimerInRange_FiresItToo()
    {
        var fired = new List<int>();
        ITimer? second = null;
        using ITimer first = _clock.CreateTimer(
            _ =>
            {
                fired.Add(1);
                second = _clock.CreateTimer(_ => fired.Add(2), null, Second, Timeout.InfiniteTimeSpan);
            },
            null,
            Second,
            Timeout.InfiniteTimeSpan);

        _clock.Advance(2 * Second);

        Assert.Equal([1, 2], fired);
        second?.Dispose();
    }

    [Fact]
    public void Change_ToInfinite_SwitchesTimerOff()
    {
        int fired = 0;
        using ITimer timer = _clock.CreateTimer(_ => fired++, null, Second, TimeSpan.Zero);

        bool changed = timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _clock.Advance(5 * Second);

        Assert.True(changed);
        Assert.Equal(0, fired);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void Change_AfterDispose_GivesFalse()
    {
        ITimer timer = _clock.CreateTimer(_ => { }, null, Second, TimeSpan.Zero);
        timer.Dispose();

        Assert.False(timer.Change(Second, TimeSpan.Zero));
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void CreateTimer_NegativeTime_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(_ => { }, null, -2 * Second, TimeSpan.Zero));

    [Fact]
    public async Task Advance_TaskDelay_EndsOnlyWhenDue()
    {
        Task delay = Task.Delay(2 * Second, _clock, TestContext.Current.CancellationToken);

        _clock.Advance(Second);
        bool endedEarly = delay.IsCompleted;
        _clock.Advance(Second);
        await delay.Within();

        Assert.False(endedEarly);
    }

    [Fact]
    public async Task WaitForTimersAsync_TimerAppearsLater_Ends()
    {
        Task waiting = _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        bool endedBefore = waiting.IsCompleted;

        using var source = new CancellationTokenSource(Second, _clock);
        await waiting.Within();

        Assert.False(endedBefore);
        Assert.Equal(1, _clock.ActiveTimers);
    }

    [Fact]
    public void Advance_FromManyThreads_FiresEveryTimerOnce()
    {
        int fired = 0;
        ITimer[] timers = [.. Enumerable.Range(1, 200).Select(i => _clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, i * Second, TimeSpan.Zero))];

        Parallel.For(0, 50, _ => _clock.Advance(10 * Second));
        _clock.Advance(200 * Second);

        Assert.Equal(200, fired);
        Assert.All(timers, timer => timer.Dispose());
    }
}
