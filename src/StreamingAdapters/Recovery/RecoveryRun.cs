using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Polly;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>One opening: attempts over routes until one has content.</summary>
internal sealed class RecoveryRun
{
    // What timers tell from no time at all.
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    private readonly RecoveryRequest _request;
    private readonly bool _isStreaming;
    private readonly Route? _preferred;
    private readonly AttemptRunner _runner;
    private readonly long _start;
    private readonly List<Route> _asked = [];
    private int _running;
    private bool _hasFailedOver;
    private volatile bool _mayHedge;

    /// <param name="engine">The stage's engine.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="isStreaming">Whether updates are asked for.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <param name="preferred">The route to ask first unless it is left alone; null for the first.</param>
    public RecoveryRun(RecoveryEngine engine, RecoveryRequest request, bool isStreaming, CancellationToken cancellationToken, Route? preferred = null)
    {
        Engine = engine;
        CancellationToken = cancellationToken;
        _request = request;
        _isStreaming = isStreaming;
        _preferred = preferred;
        _runner = new AttemptRunner(engine, request, Log, isStreaming, cancellationToken);
        _start = engine.TimeProvider.GetTimestamp();
        _mayHedge = isStreaming && engine.Options.Hedging.Enabled;
    }

    public RecoveryEngine Engine { get; }

    public CancellationToken CancellationToken { get; }

    public AttemptLog Log { get; } = new();

    /// <inheritdoc cref="AttemptRunner.Losers"/>
    public Task? Losers => _runner.Losers;

    /// <summary>What is left of the budget; null for no limit.</summary>
    public TimeSpan? Left => Engine.Options.Budget - Engine.TimeProvider.GetElapsedTime(_start);

    /// <summary>Opens the answer.</summary>
    /// <exception cref="Exception">What the last attempt threw, with the log on it.</exception>
    public async ValueTask<AttemptResult> OpenAsync()
    {
        if (_isStreaming)
        {
            Engine.AddHedgeable();
        }

        Route route = Engine.FirstRoute(_request.Options, _preferred);
        while (true)
        {
            _asked.Add(route);
            Outcome<AttemptResult> outcome = await Engine.ExecuteAsync(new RouteRun(this, route), _isStreaming);
            if (outcome.Result is { } result)
            {
                return Won(result);
            }

            var failure = outcome.Exception as AttemptFailedException;
            Route? next = failure is null ? null : FindNext(route, failure);
            if (next is null)
            {
                Throw(failure, outcome.Exception!);
            }

            Decide(failure!, AttemptDecisions.Failover);
            _hasFailedOver = true;
            route = next;
        }
    }

    public async ValueTask<Outcome<AttemptResult>> AttemptAsync(Route route, bool ignoresCooling, ResilienceContext context)
    {
        Interlocked.Increment(ref _running);
        Outcome<AttemptResult> outcome = await _runner.RunAsync(route, ignoresCooling, context);
        Interlocked.Decrement(ref _running);

        if (outcome.Exception is AttemptFailedException { Kind: ChatErrorKind.RateLimited })
        {
            // Who is told to come later must not be asked twice at once.
            _mayHedge = false;
        }

        return outcome;
    }

    /// <summary>The route that a failure leads to; null when there is none. Each is asked once, so that no budget is needed to end that.</summary>
    public Route? FindNext(Route failed, AttemptFailedException failure) => failure.Kind is null ? null : Engine.Routes.FirstOrDefault(
        route => !_asked.Contains(route) && RecoveryDecisions.Leads(failure.Rule.Failover, failed, route, _hasFailedOver) && !Engine.IsOpen(route, _request.Options));

    public void Decide(AttemptFailedException failure, string decision)
    {
        failure.Attempt?.Decide(decision);
        Engine.LogDecision(failure, decision);
    }

    /// <summary>How long the first attempt may be without content before a second is started; null for as long as it takes.</summary>
    public TimeSpan? HedgeDelayOf(Route route) => _mayHedge ? Engine.HedgeDelayOf(route, _request.Options) : null;

    /// <summary>The route of a second attempt beside one that is slow; null for none, also when the first is over by now.</summary>
    public Route? TryHedge(Route slow)
    {
        bool isBetweenAttempts = Volatile.Read(ref _running) == 0;
        if (isBetweenAttempts && HedgeDelayOf(slow) >= ShortestRest)
        {
            return null;
        }

        // The engine asks again after each delay until no hedge is left: with a shorter one it would not rest.
        bool mayHedge = _mayHedge && !isBetweenAttempts;
        _mayHedge = false;
        if (!mayHedge || Engine.Routes.Any(route => Engine.IsOpen(route, _request.Options)) || !Engine.TryPayHedge())
        {
            return null;
        }

        Route hedge = Engine.Routes.FirstOrDefault(route => !_asked.Contains(route)) ?? slow;
        _asked.Add(hedge);
        Log.All[^1].Decide(AttemptDecisions.Hedge);
        return hedge;
    }

    private AttemptResult Won(AttemptResult result)
    {
        result.Attempt.Win();
        foreach (Attempt other in Log.All)
        {
            if (other.Abandon())
            {
                Engine.Report(other);
            }
        }

        Engine.Report(result.Attempt);
        Engine.AddAnswer();
        return result;
    }

    [DoesNotReturn]
    private void Throw(AttemptFailedException? failure, Exception exception)
    {
        if (failure is { Kind: not null })
        {
            Decide(failure, AttemptDecisions.Fail);
        }

        Exception original = failure?.Original ?? exception;
        Log.WriteTo(original);
        ExceptionDispatchInfo.Throw(original);
    }
}
