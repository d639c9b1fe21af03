using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>What to do about a failed attempt; pure.</summary>
internal static class RecoveryDecisions
{
    /// <summary>Whether the same route is asked again.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="retries">How often the route has been asked again already.</param>
    /// <param name="backoff">The wait where the failure has no hint.</param>
    /// <param name="left">What is left of the budget; null for no limit.</param>
    /// <param name="hasOtherRoute">Whether another route could be asked instead.</param>
    /// <param name="maxWaitBeforeFailover">The longest hint that is waited for then.</param>
    public static bool Repeats(AttemptFailedException failure, int retries, TimeSpan backoff, TimeSpan? left, bool hasOtherRoute, TimeSpan maxWaitBeforeFailover)
    {
        bool isInTime = left is null || (left > TimeSpan.Zero && (failure.RetryAfter ?? backoff) <= left);
        bool isBetterThanAnother = !hasOtherRoute || (!failure.Rule.PrefersFailover && (failure.RetryAfter ?? TimeSpan.Zero) <= maxWaitBeforeFailover);
        return retries < RetriesOf(failure) && isInTime && isBetterThanAnother;
    }

    /// <summary>About how long a retry without a hint waits: Polly's first two waits are alike, each later one is twice as long.</summary>
    public static TimeSpan BackoffOf(StreamingRecoveryOptions options, int retries) =>
        TimeSpan.FromSeconds(Math.Min(options.MaxDelay.TotalSeconds, options.Delay.TotalSeconds * Math.Pow(2, Math.Max(0, retries - 1))));

    /// <summary>Whether a route may be asked after another has failed.</summary>
    /// <param name="rule">Where the failure lets the call go.</param>
    /// <param name="failed">The route that failed.</param>
    /// <param name="next">The route that might be asked.</param>
    /// <param name="hasFailedOver">Whether the call has left a route already.</param>
    public static bool Leads(FailoverRule rule, Route failed, Route next, bool hasFailedOver) => rule switch
    {
        FailoverRule.Next => true,
        FailoverRule.Once => !hasFailedOver,
        FailoverRule.LargerContext => next.ContextLength is { } length && length > (failed.ContextLength ?? 0),
        _ => false,
    };

    // The table speaks of the kind, the failure of itself: a server that lacks memory is a ServerError that no retry helps.
    private static int RetriesOf(AttemptFailedException failure) => failure switch
    {
        { Kind: null } => 0,
        { Kind: { } kind } when failure.IsTransient == ChatAdapterException.IsTransientByDefault(kind) => failure.Rule.Retries,
        { IsTransient: true } => Math.Max(1, failure.Rule.Retries),
        _ => 0,
    };
}
