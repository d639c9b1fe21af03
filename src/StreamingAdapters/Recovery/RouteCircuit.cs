using Polly;
using Polly.CircuitBreaker;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>The circuit of one route and model: Polly's breaker for failures that count, and a time for those that open it at once. Thread-safe.</summary>
internal sealed class RouteCircuit
{
    private readonly Lock _gate = new();
    private readonly RecoveryCircuitOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<AttemptResult> _breaker;
    private long _openUntil;
    private ChatErrorKind _kind;

    public RouteCircuit(RecoveryCircuitOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
        _openUntil = timeProvider.GetTimestamp();
        _breaker = options.Enabled ? Build() : ResiliencePipeline<AttemptResult>.Empty;
    }

    /// <summary>Why the circuit is open and for how long yet; null when it is not.</summary>
    public (ChatErrorKind Kind, TimeSpan Left)? Opening
    {
        get
        {
            lock (_gate)
            {
                TimeSpan left = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), _openUntil);
                return left > TimeSpan.Zero ? (_kind, left) : null;
            }
        }
    }

    /// <summary>Why it was open last; also while the attempt runs that tries the route again.</summary>
    public ChatErrorKind LastKind
    {
        get
        {
            lock (_gate)
            {
                return _kind;
            }
        }
    }

    /// <summary>Runs an attempt, whose failure counts; where the breaker lets none through, the outcome is its <see cref="BrokenCircuitException"/>.</summary>
    public async ValueTask<Outcome<AttemptResult>> ExecuteAsync<TState>(Func<ResilienceContext, TState, ValueTask<Outcome<AttemptResult>>> attempt, ResilienceContext context, TState state)
    {
        Outcome<AttemptResult> outcome = await _breaker.ExecuteOutcomeAsync(attempt, context, state);
        if (outcome.Exception is AttemptFailedException failure)
        {
            OpenAtOnce(failure);
        }

        return outcome;
    }

    /// <summary>Counts the failure of an attempt that had succeeded before, beside that success.</summary>
    public async ValueTask ReportAsync(AttemptFailedException failure)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true);
        try
        {
            await ExecuteAsync(static (_, failed) => ValueTask.FromResult(Outcome.FromException<AttemptResult>(failed)), context, failure);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<AttemptResult> Build() => new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = _timeProvider }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult>
        {
            FailureRatio = _options.FailureRatio,
            MinimumThroughput = _options.MinimumThroughput,
            SamplingDuration = _options.SamplingDuration,
            BreakDuration = _options.BreakDuration,
            StateProvider = _state,
            ShouldHandle = args => ValueTask.FromResult(IsFailure(args.Outcome)),
            OnOpened = args =>
            {
                Open((args.Outcome.Exception as AttemptFailedException)?.Kind ?? LastKind, args.BreakDuration);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    // A probe that was given up has shown nothing: the route stays left alone until the next.
    private bool IsFailure(Outcome<AttemptResult> outcome) => outcome.Exception is AttemptFailedException failure
        && (failure.Kind is null ? _state.CircuitState is CircuitState.HalfOpen : failure.Rule.Circuit is CircuitRule.Counts);

    private void OpenAtOnce(AttemptFailedException failure)
    {
        TimeSpan? time = failure.Rule.Circuit switch
        {
            CircuitRule.Opens => failure.RetryAfter ?? _options.RefusalDuration,
            CircuitRule.CoolsDown => failure.RetryAfter,
            _ => null,
        };
        if (_options.Enabled && failure is { Kind: { } kind, Attempt: not null } && time is { } openFor)
        {
            Open(kind, openFor);
        }
    }

    private void Open(ChatErrorKind kind, TimeSpan openFor)
    {
        lock (_gate)
        {
            long until = _timeProvider.GetTimestamp() + (long)(openFor.TotalSeconds * _timeProvider.TimestampFrequency);
            if (until > _openUntil)
            {
                (_openUntil, _kind) = (until, kind);
            }
        }
    }
}
