using System.Threading.RateLimiting;

namespace StreamingAdapters.Limits;

/// <summary>What outlives a pipeline: the permits of concurrency and rate, which count across calls.</summary>
/// <remarks>Holds nothing that has to be disposed: a timer runs only while a call waits.</remarks>
internal sealed class LimitsState(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private (LimitValues Values, CallLimit Limit)? _concurrency;
    private (LimitValues Values, CallLimit Limit)? _rate;

    /// <summary>The limits that options ask for, in the order in which calls meet them; a limit whose values are as they were goes on counting.</summary>
    /// <remarks>Concurrency comes first, so that the time of a permit of the rate is the time at which its call begins.</remarks>
    public IReadOnlyList<CallLimit> LimitsOf(StreamingLimitsOptions options)
    {
        List<CallLimit> limits = [];
        lock (_gate)
        {
            if (options.MaxConcurrency is { } concurrency)
            {
                limits.Add(Keep(ref _concurrency, new LimitValues(concurrency, Period: null, options.QueueLimit)));
            }

            if (options.MaxRequests is { } requests)
            {
                limits.Add(Keep(ref _rate, new LimitValues(requests, options.Period, options.QueueLimit)));
            }
        }

        if (options.RateLimiter is { } limiter)
        {
            limits.Add(LimitsSentences.Describe(limiter));
        }

        return limits;
    }

    private CallLimit Keep(ref (LimitValues Values, CallLimit Limit)? kept, LimitValues values)
    {
        if (kept?.Values != values)
        {
            kept = (values, LimitsSentences.Describe(LimiterOf(values), values));
        }

        return kept.Value.Limit;
    }

    private RateLimiter LimiterOf(LimitValues values) => values.Period is { } period
        ? new RollingRateLimiter(values.Permits, period, values.Queue, timeProvider)
        : new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = values.Permits, QueueLimit = values.Queue });
}
