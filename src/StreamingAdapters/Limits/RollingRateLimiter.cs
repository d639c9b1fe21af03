using System.Threading.RateLimiting;

namespace StreamingAdapters.Limits;

/// <summary>At most so many leases within any period: each permit comes back a period after it was given, whenever its lease is disposed.</summary>
/// <remarks>
/// The limiters of the framework that count by time read the system's clock; this one has a clock given. A timer runs only while somebody waits.
/// </remarks>
internal sealed class RollingRateLimiter : RateLimiter
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Start, RateLimitLease Lease)> _given = new();
    private readonly ConcurrencyLimiter _permits;
    private readonly TimeSpan _period;
    private readonly TimeProvider _timeProvider;
    private ITimer? _timer;
    private int _waiting;

    /// <summary>Creates the limiter with all its permits.</summary>
    /// <param name="permitLimit">The permits of a period.</param>
    /// <param name="period">The time until a permit comes back.</param>
    /// <param name="queueLimit">How many may wait, the oldest first.</param>
    /// <param name="timeProvider">The clock.</param>
    public RollingRateLimiter(int permitLimit, TimeSpan period, int queueLimit, TimeProvider timeProvider)
    {
        _permits = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = permitLimit, QueueLimit = queueLimit });
        _period = period;
        _timeProvider = timeProvider;
    }

    public override TimeSpan? IdleDuration => _permits.IdleDuration;

    public override RateLimiterStatistics? GetStatistics()
    {
        TakeBack();
        return _permits.GetStatistics();
    }

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        TakeBack();
        return Give(_permits.AttemptAcquire(permitCount));
    }

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        TakeBack();
        ValueTask<RateLimitLease> acquiring = _permits.AcquireAsync(permitCount, cancellationToken);
        if (acquiring.IsCompleted)
        {
            return Give(await acquiring.ConfigureAwait(false));
        }

        CountWaiting(1);
        try
        {
            return Give(await acquiring.ConfigureAwait(false));
        }
        finally
        {
            CountWaiting(-1);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _permits.Dispose();
            lock (_gate)
            {
                _timer?.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private RollingLease Give(RateLimitLease lease)
    {
        lock (_gate)
        {
            if (!lease.IsAcquired)
            {
                return new RollingLease(_given.TryPeek(out var oldest) ? Left(oldest.Start) : null);
            }

            _given.Enqueue((_timeProvider.GetTimestamp(), lease));
            SetTimer();
            return RollingLease.Acquired;
        }
    }

    private void TakeBack()
    {
        while (NextToTakeBack() is { } lease)
        {
            lease.Dispose();
        }
    }

    private RateLimitLease? NextToTakeBack()
    {
        lock (_gate)
        {
            return _given.TryPeek(out var oldest) && Left(oldest.Start) <= TimeSpan.Zero ? _given.Dequeue().Lease : null;
        }
    }

    private void CountWaiting(int more)
    {
        lock (_gate)
        {
            _waiting += more;
            SetTimer();
        }
    }

    // A permit that is on its way to a waiter sets the timer as it is given.
    private void SetTimer()
    {
        if (_waiting == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
        else if (_given.TryPeek(out var oldest))
        {
            // Rounded up: a timer of whole milliseconds must not fire before its time.
            TimeSpan wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(Left(oldest.Start).TotalMilliseconds)));
            _timer ??= _timeProvider.CreateTimer(static state => ((RollingRateLimiter)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        TakeBack();
        CountWaiting(0);
    }

    private TimeSpan Left(long start) => _period - _timeProvider.GetElapsedTime(start);
}
