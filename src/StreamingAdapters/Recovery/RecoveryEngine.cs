using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Hedging;
using Polly.Retry;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>What the calls of one stage share: routes, options, Polly's strategies, and the state that outlives the stage. Thread-safe.</summary>
internal sealed partial class RecoveryEngine
{
    private static readonly ResiliencePropertyKey<RouteRun> RunKey = new("StreamingAdapters.Recovery");

    private readonly RecoveryState _state;
    private readonly ILogger _logger;
    private readonly AttemptInstruments _instruments;
    private readonly ResiliencePipeline<AttemptResult> _retries;
    private readonly ResiliencePipeline<AttemptResult> _hedges;

    public RecoveryEngine(IReadOnlyList<Route> routes, StreamingRecoveryOptions options, RecoveryState state, TimeProvider timeProvider, ILogger logger, IMeterFactory? meterFactory)
    {
        Routes = routes;
        Options = options;
        TimeProvider = timeProvider;
        _state = state;
        _logger = logger;
        _instruments = new AttemptInstruments(meterFactory);
        _retries = Builder().Build();
        _hedges = options.Hedging.Enabled ? Builder().AddHedging(Hedging()).Build() : _retries;
    }

    public IReadOnlyList<Route> Routes { get; }

    public StreamingRecoveryOptions Options { get; }

    public TimeProvider TimeProvider { get; }

    public RecoveryCircuits Circuits => _state.Circuits;

    /// <summary>Where a call begins: the preferred route or else the first that is not left alone, else the first of all.</summary>
    public Route FirstRoute(ChatOptions? options, Route? preferred = null) =>
        preferred is not null && !IsOpen(preferred, options) ? preferred : Routes.FirstOrDefault(route => !IsOpen(route, options)) ?? Routes[0];

    public RouteHealth HealthOf(Route route, ChatOptions? options) => _state.Healths.Of(route.Name, route.ModelOf(options));

    public bool IsOpen(Route route, ChatOptions? options) => HealthOf(route, options).Circuit.Opening is not null;

    public TimeSpan? HedgeDelayOf(Route route, ChatOptions? options) =>
        Options.Hedging.Delay ?? HealthOf(route, options).Times.Quantile(Options.Hedging.Quantile, Options.Hedging.MinimumSamples);

    public bool TryPayRetry() => _state.RetryTokens?.TryTake() ?? true;

    public bool TryPayHedge() => _state.HedgeTokens.TryTake();

    /// <summary>A call that may be hedged begins.</summary>
    public void AddHedgeable() => _state.HedgeTokens.Refill();

    /// <summary>An answer has begun, or is whole.</summary>
    public void AddAnswer() => _state.RetryTokens?.Refill();

    /// <summary>Runs a route with its retries, and with streaming its hedge.</summary>
    public async ValueTask<Outcome<AttemptResult>> ExecuteAsync(RouteRun run, bool isStreaming)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, run.Run.CancellationToken);
        try
        {
            context.Properties.Set(RunKey, run);
            return await (isStreaming ? _hedges : _retries).ExecuteOutcomeAsync(static (inner, route) => route.AttemptAsync(inner), context, run);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The family's exception for what a client threw; null for what is not a failure of its route.</summary>
    public static ChatAdapterException? Map(Exception exception, Route route, RecoveryRequest request, bool? answerStarted)
    {
        var context = new ErrorContext(route.Provider ?? "", route.ModelOf(request.Options), PromptTexts: new PromptTexts(request.Messages, request.Options));
        return ChatErrorMapper.Map(exception, context, answerStarted);
    }

    /// <summary>Measures an attempt that is over, or has won.</summary>
    public void Report(Attempt attempt) => _instruments.Record(attempt);

    public void LogDecision(AttemptFailedException failure, string decision)
    {
        if (failure.Attempt is { } attempt)
        {
            AttemptRecord record = attempt.ToRecord();
            LogDecision(_logger, attempt.Route.Name, record.Model, failure.Kind, record.Duration, failure.RetryAfter, decision);
        }
    }

    public void LogContinuation(Route from, Route to, ChatErrorKind kind) => LogContinuation(_logger, from.Name, to.Name, kind);

    private static RouteRun RunOf(ResilienceContext context) => context.Properties.GetValue(RunKey, null!);

    private ResiliencePipelineBuilder<AttemptResult> Builder()
    {
        var retry = new RetryStrategyOptions<AttemptResult>
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = Options.Delay,
            MaxDelay = Options.MaxDelay,
            ShouldHandle = static args => ValueTask.FromResult(RunOf(args.Context).MayRetry(args.Outcome.Exception, args.AttemptNumber)),
            DelayGenerator = static args => ValueTask.FromResult((args.Outcome.Exception as AttemptFailedException)?.RetryAfter),
            OnRetry = static args =>
            {
                RunOf(args.Context).Run.Decide((AttemptFailedException)args.Outcome.Exception!, AttemptDecisions.Retry);
                return ValueTask.CompletedTask;
            },
        };
        retry.Randomizer = Options.Randomizer ?? retry.Randomizer;
        return new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = TimeProvider }.AddRetry(retry);
    }

    // Of two attempts the first with content wins. A first that fails before the second has begun is for the retries; one that fails later waits for the second.
    private static HedgingStrategyOptions<AttemptResult> Hedging() => new()
    {
        MaxHedgedAttempts = 1,
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is AttemptFailedException { Kind: not null }),
        DelayGenerator = static args =>
        {
            RouteRun run = RunOf(args.Context);
            return ValueTask.FromResult(run.Run.HedgeDelayOf(run.Route) ?? Timeout.InfiniteTimeSpan);
        },
        ActionGenerator = static args =>
        {
            RouteRun run = RunOf(args.PrimaryContext);
            ResilienceContext context = args.ActionContext;
            return run.Run.TryHedge(run.Route) is { } hedge ? () => run.Run.AttemptAsync(hedge, ignoresCooling: false, context) : null;
        },
    };

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "An attempt on {Route} {Model} failed: {Kind} after {Duration}, retry hint {RetryAfter}; decision: {Decision}.")]
    private static partial void LogDecision(ILogger logger, string route, string? model, ChatErrorKind? kind, TimeSpan duration, TimeSpan? retryAfter, string decision);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "An answer of {From} broke off ({Kind}) and goes on from {To}.")]
    private static partial void LogContinuation(ILogger logger, string from, string to, ChatErrorKind kind);
}
