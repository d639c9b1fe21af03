using Polly;

namespace StreamingAdapters.Recovery;

/// <summary>One route within one opening: its first attempt, its retries, and a hedge beside them.</summary>
internal sealed class RouteRun(RecoveryRun run, Route route)
{
    private AttemptFailedException? _failure;

    public RecoveryRun Run => run;

    public Route Route => route;

    // Jitter may make a wait longer than what was left when it began.
    public ValueTask<Outcome<AttemptResult>> AttemptAsync(ResilienceContext context) => _failure is not null && run.Left < TimeSpan.Zero
        ? ValueTask.FromResult(Outcome.FromException<AttemptResult>(_failure))
        : run.AttemptAsync(route, ignoresCooling: _failure is { Rule.Circuit: CircuitRule.CoolsDown, RetryAfter: not null }, context);

    /// <summary>Whether the route is asked again after an outcome.</summary>
    public bool MayRetry(Exception? exception, int retries)
    {
        _failure = exception as AttemptFailedException;
        return _failure is not null
            && RecoveryDecisions.Repeats(
                _failure, retries, RecoveryDecisions.BackoffOf(run.Engine.Options, retries), run.Left, run.FindNext(route, _failure) is not null, run.Engine.Options.MaxWaitBeforeFailover)
            && run.Engine.TryPayRetry();
    }
}
