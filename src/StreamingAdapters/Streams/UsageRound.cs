using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>One round of a stream: what its provider said about its tokens.</summary>
internal sealed class UsageRound
{
    private UsageDetails? _before;
    private UsageDetails? _last;
    private bool _hasContentSinceReport;

    public string? ResponseId { get; private set; }

    public string? ModelId { get; private set; }

    /// <summary>The first creation time, which is the one that a coalesced answer keeps.</summary>
    public DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>Whether these are the results of tools between two answers of a provider.</summary>
    public bool IsTool { get; private set; }

    public bool IsBegun { get; private set; }

    public bool IsFinished { get; private set; }

    /// <summary>Whether the answer broke off in it and went on as another one, which reports for itself alone.</summary>
    public bool IsBrokenOff { get; set; }

    public bool IsReported => _last is not null;

    /// <summary>What was reported as usage; null when nothing was.</summary>
    public UsageDetails? Reported => Usages.Sum(_before, _last);

    /// <summary>The last that the provider said before it reported; null when it said nothing.</summary>
    public UsageDetails? SoFar { get; private set; }

    /// <summary>What was reported; where that has no number, what was said so far.</summary>
    public UsageDetails? Known => Usages.Merge(Reported, SoFar);

    public void Observe(ChatResponseUpdate update, bool hasContent)
    {
        if (!IsBegun)
        {
            IsBegun = true;
            IsTool = IsOfTools(update);
        }

        ResponseId ??= IdOf(update);
        ModelId ??= Named(update.ModelId);
        CreatedAt ??= MessageBuilder.TimeOf(update);
        IsFinished |= update.FinishReason is not null;
        _hasContentSinceReport |= hasContent;
    }

    /// <summary>Takes a whole answer as one round.</summary>
    public void Observe(ChatResponse response)
    {
        IsBegun = true;
        IsFinished = true;
        ResponseId = response.ResponseId;
        ModelId = Named(response.ModelId);
        CreatedAt = response.CreatedAt;
        if (response.Usage is { } usage)
        {
            Report(usage, repeatsTotals: false);
        }
    }

    public void Say(UsageDetails soFar) => SoFar = soFar;

    /// <summary>Takes a report over.</summary>
    /// <returns>Whether it is a running total, which replaces what came before it.</returns>
    public bool Report(UsageDetails details, bool repeatsTotals)
    {
        if (_last is not null && !Usages.HasTokens(details))
        {
            return repeatsTotals;
        }

        bool isTotal = repeatsTotals || (_last is not null && IsRunningTotal(_last, details, _hasContentSinceReport));
        (_before, _last) = isTotal ? (null, Usages.Merge(Usages.Copy(details), _last)) : (Reported, Usages.Copy(details));
        _hasContentSinceReport = false;
        return isTotal;
    }

    /// <summary>An update's response id; some servers send an empty one first.</summary>
    public static string? IdOf(ChatResponseUpdate update) => Named(update.ResponseId);

    public static bool IsOfTools(ChatResponseUpdate update) => update.Role == ChatRole.Tool;

    // Azure OpenAI's first chunk, of its filters alone, has an empty id and model, and the epoch for its time.
    private static string? Named(string? name) => string.IsNullOrEmpty(name) ? null : name;

    // Two calls of a model have different inputs, for the second one sees what the first said. And no call is without content.
    private static bool IsRunningTotal(UsageDetails earlier, UsageDetails later, bool isAfterContent) =>
        earlier.InputTokenCount is > 0 and { } input
        && (later.InputTokenCount == input || (!isAfterContent
            && later.InputTokenCount > input
            && (later.OutputTokenCount ?? 0) >= (earlier.OutputTokenCount ?? 0)
            && (later.TotalTokenCount ?? 0) >= (earlier.TotalTokenCount ?? 0)));
}
