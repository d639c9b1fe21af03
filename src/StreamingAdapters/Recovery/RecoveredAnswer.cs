using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>One streamed answer: opened until it has content, read, and continued where it breaks off. For one consumer.</summary>
internal sealed class RecoveredAnswer(RecoveryEngine engine, RecoveryRequest request, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly DeliveredText? _delivered = engine.Options.Continuation.Enabled && ContinuationRules.MayContinue(request.Options) ? new DeliveredText() : null;
    private RecoveryRun _run = new(engine, request, isStreaming: true, cancellationToken);
    private AttemptResult? _open;
    private IAsyncEnumerator<ChatResponseUpdate>? _continuation;
    private Task? _losers;
    private int _continuations;
    private int _preambleTaken;

    /// <summary>The update that the last read gave.</summary>
    public ChatResponseUpdate Current => _continuation is null ? _open!.Stream!.Current : _continuation.Current;

    /// <summary>Opens the answer; what was held in front of its content is to be taken first.</summary>
    public async ValueTask OpenAsync() => _open = await _run.OpenAsync();

    /// <summary>The next of what was held, the first with the log of the attempts.</summary>
    public bool TryTakePreamble(out ChatResponseUpdate update)
    {
        IReadOnlyList<ChatResponseUpdate> preamble = _open!.Stream!.Preamble;
        if (_continuation is not null || _preambleTaken == preamble.Count)
        {
            update = null!;
            return false;
        }

        update = preamble[_preambleTaken];
        _delivered?.Append(update);
        if (_preambleTaken++ == 0)
        {
            update = update.With(StreamingKeys.Attempts, _run.Log.Write());
        }

        return true;
    }

    public ValueTask<bool> MoveNextAsync() => _continuation?.MoveNextAsync() ?? _open!.Stream!.MoveNextAsync();

    /// <summary>Looks at an update that goes out.</summary>
    public void Observe(ChatResponseUpdate update)
    {
        if (_continuation is null)
        {
            _open!.Attempt.Observe(update);
        }

        _delivered?.Append(update);
    }

    /// <summary>The answer broke off: goes on from its text, or throws.</summary>
    /// <exception cref="Exception">What broke it, with the attempts on it.</exception>
    public async ValueTask GoOnAsync(Exception exception)
    {
        Attempt broken = _open!.Attempt;
        bool isCancelled = CallersCancellation.Is(exception, cancellationToken);
        ChatAdapterException? mapped = isCancelled ? null : RecoveryEngine.Map(exception, broken.Route, request, answerStarted: true);
        if (mapped is null)
        {
            broken.TryFail(isCancelled ? ChatErrorKind.Cancelled : ChatErrorKind.Unknown, retryAfter: null);
            Throw(isCancelled ? CallersCancellation.For(exception, cancellationToken) : exception);
        }

        broken.TryFail(mapped.Kind, mapped.RetryAfter);
        var failure = new AttemptFailedException(exception, mapped, engine.Options.Rules[mapped.Kind], broken);
        await engine.HealthOf(broken.Route, request.Options).Circuit.ReportAsync(failure);
        if (_delivered is not { CanGoOn: true } || !MayContinue(failure))
        {
            _run.Decide(failure, AttemptDecisions.Fail);
            Throw(exception);
        }

        _run.Decide(failure, AttemptDecisions.Continue);
        await ContinueAsync(_delivered, mapped.Kind, exception);
    }

    public async ValueTask DisposeAsync()
    {
        _delivered?.Dispose();
        try
        {
            await CloseAsync();
        }
        finally
        {
            Leave(_run);
            await (_losers is null ? Task.CompletedTask : PatientCall.EndsInGraceAsync(_losers, engine.TimeProvider));
        }
    }

    private bool MayContinue(AttemptFailedException failure) => failure.Rule.Continues
        && _continuations < engine.Options.Continuation.MaxContinuations
        && ContinuationRules.MayContinue(_open!.Attempt.Route.OptionsFrom(request.Options));

    private async ValueTask ContinueAsync(DeliveredText delivered, ChatErrorKind kind, Exception exception)
    {
        _continuations++;
        Route from = _open!.Attempt.Route;
        await LeaveAsync();
        var continuation = new ContinuationRequest(request, delivered.ToString(), engine.Options.Continuation.Instruction);
        var run = new RecoveryRun(engine, continuation, isStreaming: true, cancellationToken, preferred: from);
        try
        {
            _open = await run.OpenAsync();
        }
        catch (Exception e)
        {
            _run.Log.Adopt(run.Log);
            Leave(run);
            Throw(cancellationToken.IsCancellationRequested && e is OperationCanceledException ? e : exception);
        }

        Leave(_run);
        _run = run;
        Route to = _open!.Attempt.Route;
        engine.LogContinuation(from, to, kind);
        var seam = new SeamFinder(continuation.Text, isPrefill: to.Prefill is not PrefillStyle.None);
        _continuation = new ContinuedUpdates(_open, delivered, seam)
            .ReadAsync(found => Disclose(from, to, kind, delivered.Length, found), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
    }

    private AdditionalPropertiesDictionary Disclose(Route from, Route to, ChatErrorKind kind, int position, Seam seam) => new()
    {
        [StreamingKeys.Attempts] = _run.Log.Write(),
        [StreamingKeys.Continued] = new StreamContinuation
        {
            From = from.Name,
            To = to.Name,
            Kind = kind,
            IsPrefill = to.Prefill is not PrefillStyle.None,
            Position = position,
            Overlap = seam.Overlap,
            Uncertain = seam.Uncertain,
            Confidence = seam.Confidence,
        }.Write(),
    };

    [DoesNotReturn]
    private void Throw(Exception exception)
    {
        _run.Log.WriteTo(exception);
        ExceptionDispatchInfo.Throw(exception);
    }

    // What an opening gave up is closed by the end of the answer; whoever ignores its token is waited for no longer than elsewhere.
    private void Leave(RecoveryRun run)
    {
        if (run.Losers is { IsCompleted: false } losers)
        {
            _losers = _losers is null ? losers : Task.WhenAll(_losers, losers);
        }
    }

    // What a client says as it is left must not take the place of what broke it.
    private async ValueTask LeaveAsync()
    {
        try
        {
            await CloseAsync();
        }
        catch (Exception)
        {
            // The answer goes on elsewhere.
        }
    }

    private async ValueTask CloseAsync()
    {
        (IAsyncEnumerator<ChatResponseUpdate>? continuation, AttemptResult? open) = (_continuation, _open);
        (_continuation, _open) = (null, null);
        try
        {
            await (continuation?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        finally
        {
            await (open?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
