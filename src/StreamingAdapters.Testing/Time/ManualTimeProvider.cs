namespace StreamingAdapters.Testing;

/// <summary>A clock that stands still until a test moves it.</summary>
/// <remarks>
/// Timers fire only inside <see cref="Advance"/>, in order of their due time, on the thread that advances the clock. A timer whose due time is
/// zero fires at the next <see cref="Advance"/>, be it by <see cref="TimeSpan.Zero"/>. All members are thread-safe.
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<TimerWaiter> _waiters = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private long _scheduled;

    /// <summary>Creates a clock that stands at the given instant.</summary>
    /// <param name="start">The first instant; by default <see cref="DefaultStart"/>.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) => _start = start ?? DefaultStart;

    /// <summary>Where a clock stands when no start is given.</summary>
    /// <value>2026-01-01T00:00:00Z.</value>
    public static DateTimeOffset DefaultStart { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many timers wait to fire.</summary>
    /// <value>Disposed timers, timers switched off and one-shot timers that have fired do not count.</value>
    public int ActiveTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>The frequency of <see cref="GetTimestamp"/>.</summary>
    /// <value>One timestamp unit is one tick of 100 ns.</value>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The local time zone, which is UTC so that tests give the same result everywhere.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The instant at which the clock stands.</summary>
    /// <returns>The start plus every advance.</returns>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <summary>The ticks since the start.</summary>
    /// <returns>A number of 100 ns units.</returns>
    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Creates a timer that fires when <see cref="Advance"/> reaches its due time.</summary>
    /// <param name="callback">What the timer calls.</param>
    /// <param name="state">What the callback is given.</param>
    /// <param name="dueTime">The delay of the first call; <see cref="Timeout.InfiniteTimeSpan"/> leaves the timer off.</param>
    /// <param name="period">The distance of later calls; zero or <see cref="Timeout.InfiniteTimeSpan"/> for one call only.</param>
    /// <returns>The timer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative and not infinite.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);

        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and fires what falls due, the clock standing at each timer's due time while it fires.</summary>
    /// <remarks>
    /// Equal due times fire in the order in which they were set. A timer that a callback sets fires too if it falls due within the same
    /// advance.
    /// </remarks>
    /// <param name="by">How far to move.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is negative: time does not go back.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);

        TimeSpan target = Elapsed + by;
        while (TakeDue(target) is { } due)
        {
            due.Fire();
        }

        lock (_lock)
        {
            _elapsed = Max(_elapsed, target);
        }
    }

    /// <summary>Waits until at least so many timers are active, that is, until the code under test stands at its wait.</summary>
    /// <param name="count">The number of timers to wait for.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the timers are there.</returns>
    public async Task WaitForTimersAsync(int count, CancellationToken cancellationToken = default)
    {
        TimerWaiter waiter;
        lock (_lock)
        {
            if (_timers.Count >= count)
            {
                return;
            }

            waiter = new TimerWaiter(count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiters.Add(waiter);
        }

        await waiter.Reached.Task.WaitAsync(cancellationToken);
    }

    internal void Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Set(_elapsed + dueTime, period, ++_scheduled);
            _timers.Add(timer);
            _waiters.RemoveAll(waiter => waiter.Count <= _timers.Count && waiter.Reached.TrySetResult());
        }
    }

    internal void Remove(ManualTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                return _elapsed;
            }
        }
    }

    private ManualTimer? TakeDue(TimeSpan target)
    {
        lock (_lock)
        {
            ManualTimer? next = _timers.MinBy(static timer => (timer.Due, timer.Order));
            if (next is null || next.Due > target)
            {
                return null;
            }

            _elapsed = Max(_elapsed, next.Due);
            if (next.Period > TimeSpan.Zero)
            {
                next.Set(next.Due + next.Period, next.Period, ++_scheduled);
            }
            else
            {
                _timers.Remove(next);
            }

            return next;
        }
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private sealed record TimerWaiter(int Count, TaskCompletionSource Reached);
}
