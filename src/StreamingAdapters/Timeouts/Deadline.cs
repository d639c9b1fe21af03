using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Timeouts;

/// <summary>The clocks of one stream: they run while its reader waits, and content resets all but the total.</summary>
/// <remarks>
/// One timer for all of them, left as it is while it fires no later than needed: a stream that flows sets it once in the time of its shortest limit.
/// </remarks>
internal sealed class Deadline : IWaitClock, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan? _firstContent;
    private readonly TimeSpan? _idle;
    private readonly TimeSpan? _total;
    private readonly TimeProvider _timeProvider;
    private UpdateReader? _reader;
    private ITimer? _timer;
    private long _start;
    private long? _timerDue;
    private TimeSpan _sinceContent;
    private TimeSpan _sinceCall;
    private bool _hasContent;
    private bool _isRunning;

    /// <summary>Creates the clocks of one stream, standing.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="timeProvider">The clock behind them.</param>
    public Deadline(StreamingTimeoutOptions options, TimeProvider timeProvider)
    {
        (_firstContent, _idle, _total) = (options.FirstContent, options.Idle, options.Total);
        _timeProvider = timeProvider;
    }

    /// <summary>The clock that has run out, and its limit; null when none has.</summary>
    public (ChatTimeoutPhase Phase, TimeSpan Limit)? Expired =>
        _total is { } total && _sinceCall >= total ? (ChatTimeoutPhase.Total, total)
        : PhaseLimit is { } limit && _sinceContent >= limit ? (_hasContent ? ChatTimeoutPhase.Idle : ChatTimeoutPhase.FirstContent, limit)
        : null;

    private TimeSpan? PhaseLimit => _hasContent ? _idle : _firstContent;

    public void Watch(UpdateReader reader) => _reader = reader;

    public void Start()
    {
        lock (_gate)
        {
            _start = _timeProvider.GetTimestamp();
            _isRunning = true;
            SetTimer(_start);
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                Count(_timeProvider.GetTimestamp());
                _isRunning = false;
            }
        }
    }

    /// <summary>Content arrived: the next wait is an idle one, from zero.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _hasContent = true;
            _sinceContent = TimeSpan.Zero;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isRunning = false;
            _timer?.Dispose();
        }
    }

    private void Count(long now)
    {
        TimeSpan waited = _timeProvider.GetElapsedTime(_start, now);
        _sinceContent += waited;
        _sinceCall += waited;
        _start = now;
    }

    private void SetTimer(long now)
    {
        TimeSpan? left = Shorter(_total - _sinceCall, PhaseLimit - _sinceContent);
        if (left is not { } wait)
        {
            return;
        }

        long due = now + (long)(wait.TotalSeconds * _timeProvider.TimestampFrequency);
        if (_timerDue is { } earlier && earlier <= due)
        {
            return;
        }

        _timerDue = due;

        // Rounded up: a timer of whole milliseconds must not fire before its time and find nothing expired.
        TimeSpan milliseconds = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
        _timer ??= _timeProvider.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(milliseconds, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerDue = null;
            if (!_isRunning)
            {
                return;
            }

            Count(_timeProvider.GetTimestamp());
            if (Expired is null)
            {
                SetTimer(_start);
                return;
            }
        }

        _reader?.Interrupt();
    }

    private static TimeSpan? Shorter(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;
}
