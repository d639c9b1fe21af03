using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Sums the usage of one stream over its rounds, never twice.</summary>
/// <remarks>
/// The contract of <see cref="UsageContent"/> is that contents add up. Some clients repeat a running total instead: within one round, a usage whose input
/// is the same and whose other counts are no smaller than the last one's replaces it. A round ends where the response id changes, or where content follows a
/// finish reason. For one stream; not thread-safe.
/// </remarks>
internal sealed class UsageSum
{
    private UsageDetails? _earlierRounds;
    private UsageDetails? _beforeLast;
    private UsageDetails? _last;
    private UsageDetails? _soFar;
    private string? _responseId;
    private bool _isFinished;

    /// <summary>What was reported as usage, of all rounds; null when nothing was.</summary>
    public UsageDetails? Reported => Sum(_earlierRounds, Round);

    /// <summary>What was reported, and for a round without a report what the provider said so far; null when nothing was said.</summary>
    public UsageDetails? Known => Sum(_earlierRounds, Round ?? _soFar);

    /// <summary>Whether the round that runs has reported its usage.</summary>
    public bool IsRoundReported => _last is not null;

    private UsageDetails? Round => Sum(_beforeLast, _last);

    public void Observe(ChatResponseUpdate update)
    {
        if (StartsRound(update))
        {
            _earlierRounds = Known;
            (_beforeLast, _last, _soFar, _isFinished) = (null, null, null, false);
        }

        _responseId = update.ResponseId ?? _responseId;
        _isFinished |= update.FinishReason is not null;
        if (update.AdditionalProperties?.TryGetValue(StreamingKeys.UsageSoFar, out object? soFar) is true)
        {
            _soFar = UsageNumbers.Read(soFar) ?? _soFar;
        }

        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is UsageContent usage)
            {
                Add(usage.Details);
            }
        }
    }

    // Gemini says more after its finish reason, under the same id; function invocation starts the next round under another.
    private bool StartsRound(ChatResponseUpdate update) =>
        update.ResponseId is { } id && _responseId is not null
            ? !string.Equals(id, _responseId, StringComparison.Ordinal)
            : _isFinished && _last is not null && SemanticContent.IsIn(update);

    private void Add(UsageDetails details)
    {
        if (_last is null || !IsRunningTotal(_last, details))
        {
            _beforeLast = Sum(_beforeLast, _last);
        }

        _last = details;
    }

    private static bool IsRunningTotal(UsageDetails earlier, UsageDetails later) =>
        earlier.InputTokenCount is > 0
        && later.InputTokenCount == earlier.InputTokenCount
        && (later.OutputTokenCount ?? 0) >= (earlier.OutputTokenCount ?? 0)
        && (later.TotalTokenCount ?? 0) >= (earlier.TotalTokenCount ?? 0);

    // A new instance where both are known: the parts belong to updates.
    private static UsageDetails? Sum(UsageDetails? left, UsageDetails? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        var sum = new UsageDetails();
        sum.Add(left);
        sum.Add(right);
        return sum;
    }
}
