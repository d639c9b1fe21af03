namespace StreamingAdapters.Coalescing;

/// <summary>Tells when held text has waited for its interval.</summary>
/// <remarks>
/// One timer a stream, and one setting of it in the time of an interval: text that is handed out earlier leaves it running, and the timer sets itself anew for
/// the text that came since. So a ready update costs no look at the clock, and text is handed out in time also where a source computes without ever waiting.
/// </remarks>
internal sealed class FlushClock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan? _interval;
    private readonly TimeProvider _timeProvider;
    private readonly Action _isOverNow;
    private ITimer? _timer;
    private long _start;
    private bool _isCounting;
    private bool _isTimerSet;
    private bool _isRunning;
    private volatile bool _isOver;

    /// <summary>Creates the clock of one stream, standing.</summary>
    /// <param name="interval">How long text waits; null for a clock that never runs.</param>
    /// <param name="timeProvider">The clock behind it.</param>
    /// <param name="isOverNow">Called, on the timer's thread, when the interval is over.</param>
    public FlushClock(TimeSpan? interval, TimeProvider timeProvider, Action isOverNow)
    {
        _interval = interval;
        _timeProvider = timeProvider;
        _isOverNow = isOverNow;
    }

    /// <summary>Whether the interval is over, and nobody has said what waits next.</summary>
    public bool IsOver => _isOver;

    /// <summary>Text waits: from now on if none did.</summary>
    public void Start()
    {
        if (!_isRunning)
        {
            Restart();
        }
    }

    /// <summary>Other text waits, from now on.</summary>
    public void Restart()
    {
        if (_interval is not { } interval)
        {
            return;
        }

        _isRunning = true;
        lock (_gate)
        {
            _start = _timeProvider.GetTimestamp();
            _isCounting = true;
            _isOver = false;
            if (!_isTimerSet)
            {
                SetTimer(interval);
            }
        }
    }

    /// <summary>No text waits.</summary>
    public void Stop()
    {
        if (!_isRunning)
        {
            return;
        }

        _isRunning = false;
        lock (_gate)
        {
            _isCounting = false;
            _isOver = false;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isCounting = false;
            _timer?.Dispose();
        }
    }

    private void SetTimer(TimeSpan wait)
    {
        // Rounded up: a timer of whole milliseconds must not fire before its time.
        TimeSpan milliseconds = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer ??= _timeProvider.CreateTimer(static state => ((FlushClock)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _isTimerSet = true;
        _timer.Change(milliseconds, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _isTimerSet = false;
            if (!_isCounting)
            {
                return;
            }

            TimeSpan left = _interval!.Value - _timeProvider.GetElapsedTime(_start);
            if (left > TimeSpan.Zero)
            {
                SetTimer(left);
                return;
            }

            _isCounting = false;
            _isOver = true;
        }

        _isOverNow();
    }
}
