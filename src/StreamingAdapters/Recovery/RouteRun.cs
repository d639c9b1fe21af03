using Polly;

namespace StreamingAdapters.Recovery;

/// <summary>One route within one opening: its first attempt, its retries, and a hedge beside them.</summary>
internal sealed class RouteRun(RecoveryRun run, Route route)
{
    private int _attempts;

    public RecoveryRun Run => run;

    public Route Route => route;

    public ValueTask<Outcome<AttemptResult>> AttemptAsync(ResilienceContext context) => run.AttemptAsync(route, ignoresCooling: _attempts++ > 0, context);

    /// <summary>Whether the route is asked again after an outcome.</summary>
    public bool MayRetry(Exception? exception, int retries) =>
        exception is AttemptFailedException failure
        && RecoveryDecisions.Repeats(failure, retries, run.Left, run.FindNext(route, failure) is not null, run.Engine.Options.MaxWaitBeforeFailover)
        && run.Engine.TryPayRetry();
}
