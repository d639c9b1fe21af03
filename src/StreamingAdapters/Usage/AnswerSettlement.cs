using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Decides what an answer used, from what was said and how many bytes there were.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="outcome">How the answer ended.</param>
/// <param name="requestedModel">The model for a round that names none.</param>
/// <param name="prices">The prices.</param>
/// <param name="estimator">What estimates; null for no estimates.</param>
/// <param name="requestBytes">Counts the bytes of the request, where an estimate needs them.</param>
internal sealed class AnswerSettlement(
    IReadOnlyList<MeteredRound> rounds, StreamOutcome outcome, string? requestedModel, PriceTable prices, UsageEstimator? estimator, Func<long> requestBytes)
{
    private readonly SettledUsage _settled = new(prices);

    // A stream that reports at all reports everything in the end, be it once for all rounds.
    private readonly bool _reports = rounds.Any(static round => round.IsReported);
    private long? _requestBytes;

    /// <summary>The bytes of the request, counted once.</summary>
    public long RequestBytes => _requestBytes ??= requestBytes();

    /// <summary>Whether the provider's own final numbers of every round are there.</summary>
    public static bool IsReported(SettledUsage settled, StreamOutcome outcome) =>
        settled is { IsSaid: true, IsOpen: false } && outcome is StreamOutcome.Completed or StreamOutcome.Abandoned;

    /// <summary>Adds the rounds up.</summary>
    /// <param name="isCounted">Whether a round was counted before, and is left out.</param>
    /// <param name="isUnsent">Whether the request that failed last was refused, or never sent.</param>
    public SettledUsage Settle(Func<MeteredRound, bool> isCounted, bool isUnsent)
    {
        long precedingBytes = 0;
        foreach (MeteredRound round in rounds)
        {
            bool isLast = ReferenceEquals(round, rounds[^1]);
            if (!round.Said.IsTool && !isCounted(round))
            {
                Settle(round, isLast, isUnsent, precedingBytes);
            }

            precedingBytes += round.Bytes;
        }

        return _settled;
    }

    private void Settle(MeteredRound round, bool isLast, bool isUnsent, long precedingBytes)
    {
        string? model = round.Said.ModelId ?? requestedModel;
        bool attemptsSaid = false;
        foreach (AttemptRecord attempt in round.FailedAttempts)
        {
            attemptsSaid = true;
            _settled.Say(attempt.Usage!, attempt.Model ?? model);
        }

        if (!round.Said.IsBegun)
        {
            SettleMissing(model, attemptsSaid || isUnsent, precedingBytes);
        }
        else if (IsSettled(round, isLast))
        {
            if (round.Known is { } known)
            {
                _settled.Say(known, model);
            }
        }
        else
        {
            SettleOpen(round, model, precedingBytes);
        }
    }

    // A report in the middle of a round is of a client that repeats running totals.
    private bool IsSettled(MeteredRound round, bool isLast) => round.Said.IsBrokenOff || (isLast && outcome is not StreamOutcome.Completed)
        ? round is { IsReported: true, Said.IsFinished: true }
        : round.IsReported || _reports;

    // Nothing of the round arrived: the model may have read the request.
    private void SettleMissing(string? model, bool isUnsent, long precedingBytes)
    {
        TokenEstimate input = isUnsent || estimator is null ? default : estimator.Input(model, RequestBytes + precedingBytes);
        var usage = new UsageDetails { InputTokenCount = input.Tokens, OutputTokenCount = 0, TotalTokenCount = input.Tokens };
        _settled.Estimate(estimator is null ? new UsageDetails() : usage, model, input.Error, outputError: 0, isSaidInPart: estimator is null);
    }

    private void SettleOpen(MeteredRound round, string? model, long precedingBytes)
    {
        UsageDetails? known = round.Known;
        if (estimator is null)
        {
            _settled.Estimate(known ?? new UsageDetails(), model, 0, 0, isSaidInPart: true);
            return;
        }

        TokenEstimate input = known?.InputTokenCount is { } saidInput ? new TokenEstimate(saidInput, 0) : estimator.Input(model, RequestBytes + precedingBytes);
        long bytes = known?.OutputTokenCount is null ? round.Bytes : round.BytesSinceSaid;
        TokenEstimate output = estimator.Output(model, bytes);
        UsageDetails usage = known is null ? new UsageDetails() : Usages.Copy(known);
        usage.InputTokenCount = input.Tokens;
        usage.OutputTokenCount = (known?.OutputTokenCount ?? 0) + output.Tokens;
        usage.TotalTokenCount = known?.TotalTokenCount is { } total && known is { InputTokenCount: not null, OutputTokenCount: not null }
            ? total + output.Tokens
            : usage.InputTokenCount + usage.OutputTokenCount;
        _settled.Estimate(usage, model, input.Error, output.Error, isSaidInPart: known is not null);
    }
}
