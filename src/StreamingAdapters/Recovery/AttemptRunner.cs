using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>Makes the attempts of one opening: through the circuit of their route, until there is content.</summary>
/// <param name="engine">The stage's engine.</param>
/// <param name="request">What is asked for.</param>
/// <param name="log">Where each attempt is written.</param>
/// <param name="isStreaming">Whether updates are asked for.</param>
/// <param name="cancellationToken">The caller's token.</param>
internal sealed class AttemptRunner(RecoveryEngine engine, RecoveryRequest request, AttemptLog log, bool isStreaming, CancellationToken cancellationToken)
{
    // Without hedging an attempt is under the caller's own token.
    private readonly bool _canBeOutrun = isStreaming && engine.Options.Hedging.Enabled;
    private Task? _losers;

    /// <summary>Ends when the attempts that were given up are closed; null when none was.</summary>
    public Task? Losers => _losers;

    /// <summary>Makes one attempt.</summary>
    /// <param name="route">What is asked.</param>
    /// <param name="ignoresCooling">Whether the call has just waited for as long as the route asked.</param>
    /// <param name="context">The engine's context, whose token ends an attempt that was outrun.</param>
    public async ValueTask<Outcome<AttemptResult>> RunAsync(Route route, bool ignoresCooling, ResilienceContext context)
    {
        RouteCircuit circuit = engine.HealthOf(route, request.Options).Circuit;
        if (circuit.Opening is var (kind, left) && !(ignoresCooling && engine.Options.Rules[kind].Circuit is CircuitRule.CoolsDown))
        {
            return Refused(route, kind, left);
        }

        Outcome<AttemptResult> outcome = await circuit.ExecuteAsync(static (inner, state) => state.Runner.AttemptAsync(state.Route, inner), context, (Runner: this, Route: route));
        return outcome.Exception is BrokenCircuitException broken
            ? Refused(route, circuit.LastKind, broken.RetryAfter ?? TimeSpan.Zero)
            : outcome;
    }

    private async ValueTask<Outcome<AttemptResult>> AttemptAsync(Route route, ResilienceContext context)
    {
        var attempt = new Attempt(route, route.ModelOf(request.Options), engine.TimeProvider);
        log.Add(attempt);
        try
        {
            AttemptResult result = await (!isStreaming ? RespondAsync(attempt) : _canBeOutrun ? OpenUntilOutrunAsync(attempt, context.CancellationToken) : OpenAsync(attempt, default));
            TimeSpan time = attempt.Succeed();
            if (result.Stream is { HasContent: true })
            {
                engine.HealthOf(route, request.Options).Times.Add(time);
            }

            return Outcome.FromResult(result);
        }
        catch (Exception e)
        {
            return Outcome.FromException<AttemptResult>(Failed(attempt, e, context.CancellationToken));
        }
    }

    private async Task<AttemptResult> RespondAsync(Attempt attempt)
    {
        (IReadOnlyList<ChatMessage> messages, ChatOptions? options) = request.For(attempt.Route);
        ChatResponse response = await attempt.Route.Client.GetResponseAsync(messages, options, cancellationToken);
        return new AttemptResult(attempt, Stream: null, response);
    }

    // The engine waits for a loser, and so the winner would: it is closed beside the answer.
    private async Task<AttemptResult> OpenUntilOutrunAsync(Attempt attempt, CancellationToken outrun)
    {
        Task<AttemptResult> opening = OpenAsync(attempt, outrun);
        try
        {
            return await opening.WaitAsync(outrun);
        }
        catch (OperationCanceledException)
        {
            // It may have opened all the same, at this very moment too.
            Task closing = DisposeLaterAsync(opening);
            if (Interlocked.CompareExchange(ref _losers, closing, null) is { } other)
            {
                // The caller gave up both.
                _losers = Task.WhenAll(other, closing);
            }

            throw;
        }
    }

    private static async Task DisposeLaterAsync(Task<AttemptResult> opening)
    {
        try
        {
            await (await opening).DisposeAsync();
        }
        catch (Exception)
        {
            // Nobody waits for it any more.
        }
    }

    private async Task<AttemptResult> OpenAsync(Attempt attempt, CancellationToken outrun)
    {
        CancellationTokenSource? giveUp = _canBeOutrun ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken) : null;
        IAsyncEnumerator<ChatResponseUpdate>? updates = null;
        try
        {
            // The engine's token lives no longer than the opening, the stream's does.
            using CancellationTokenRegistration registration = giveUp is null ? default : outrun.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), giveUp);
            CancellationToken token = giveUp?.Token ?? cancellationToken;
            (IReadOnlyList<ChatMessage> messages, ChatOptions? options) = request.For(attempt.Route);
            updates = attempt.Route.Client.GetStreamingResponseAsync(messages, options, token).GetAsyncEnumerator(token);
            return new AttemptResult(attempt, await HoldAsync(attempt, updates, giveUp), Response: null);
        }
        catch (Exception)
        {
            await LeaveAsync(updates);
            giveUp?.Dispose();
            throw;
        }
    }

    private static async ValueTask<OpenedStream> HoldAsync(Attempt attempt, IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource? giveUp)
    {
        var gate = new CommitGate();
        while (await updates.MoveNextAsync())
        {
            attempt.Observe(updates.Current);
            if (gate.Take(updates.Current))
            {
                return new OpenedStream(gate.Held, updates, isEnded: false, giveUp);
            }
        }

        return new OpenedStream(gate.Held, updates, isEnded: true, giveUp);
    }

    // What a client says as it is left must not take the place of why.
    private static async ValueTask LeaveAsync(IAsyncEnumerator<ChatResponseUpdate>? updates)
    {
        try
        {
            await (updates?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception)
        {
            // The failure is on its way.
        }
    }

    private AttemptFailedException Failed(Attempt attempt, Exception exception, CancellationToken outrun)
    {
        bool isGivenUp = CallersCancellation.Is(exception, outrun);
        ChatAdapterException? mapped = isGivenUp ? null : RecoveryEngine.Map(exception, attempt.Route, request, answerStarted: null);
        if (isGivenUp ? attempt.Abandon() : attempt.TryFail(mapped?.Kind ?? ChatErrorKind.Unknown, mapped?.RetryAfter))
        {
            engine.Report(attempt);
        }

        bool isCancelled = isGivenUp && cancellationToken.IsCancellationRequested;
        if (isGivenUp && !isCancelled)
        {
            // At least that long: without those that were outrun the learned times would become shorter and shorter.
            engine.HealthOf(attempt.Route, request.Options).Times.Add(attempt.ToRecord().Duration);
        }

        return new AttemptFailedException(
            isCancelled ? CallersCancellation.For(exception, cancellationToken) : exception, mapped, engine.Options.Rules[mapped?.Kind ?? ChatErrorKind.Cancelled], attempt);
    }

    private Outcome<AttemptResult> Refused(Route route, ChatErrorKind kind, TimeSpan left)
    {
        RecoveryRule rule = engine.Options.Rules[kind];
        var exception = new ChatProviderException(kind, RecoverySentences.CircuitIsOpen(route, kind, left))
        {
            IsTransient = rule.Circuit is CircuitRule.CoolsDown,
            Provider = route.Provider,
            RetryAfter = left,
        };
        return Outcome.FromException<AttemptResult>(new AttemptFailedException(exception, exception, rule, attempt: null));
    }
}
