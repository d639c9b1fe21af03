using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Sums the usage of one stream over its rounds, never twice.</summary>
/// <remarks>
/// The contract of <see cref="UsageContent"/> is that contents add up. Some clients repeat a running total instead (those of Gemini, for one, on every
/// update): a report whose input is the last one's, or that follows it without content in between and is no smaller, replaces it, and with it every later
/// report of the stream replaces the one before it. A round ends where the response id changes, where tool results stand, or, without ids, where content
/// follows a finish reason and a report. For one stream; not thread-safe.
/// </remarks>
internal sealed class UsageSum
{
    private readonly List<UsageRound> _rounds = [new UsageRound()];
    private bool _repeatsTotals;

    public UsageSum() => Round = _rounds[0];

    /// <summary>The rounds, with the results of tools between them.</summary>
    public IReadOnlyList<UsageRound> Rounds => _rounds;

    /// <summary>The round that runs.</summary>
    public UsageRound Round { get; private set; }

    /// <summary>What was reported as usage, of all rounds; null when nothing was.</summary>
    public UsageDetails? Reported => Sum(static round => round.Reported);

    /// <summary>What was reported, and for a round without a report what the provider said so far; null when nothing was said.</summary>
    public UsageDetails? Known => Sum(static round => round.Known);

    /// <summary>Takes an update in.</summary>
    /// <returns>Whether the provider says in it how much output there is so far.</returns>
    public bool Observe(ChatResponseUpdate update)
    {
        bool hasContent = SemanticContent.IsIn(update);
        bool isContinued = update.AdditionalProperties?.ContainsKey(StreamingKeys.Continued) is true;
        if (isContinued || StartsRound(update, hasContent))
        {
            Round.IsBrokenOff = isContinued;
            Round = new UsageRound();
            _rounds.Add(Round);
        }

        Round.Observe(update, hasContent);
        return ReadSoFar(update) | ReadReports(update.Contents);
    }

    // Gemini says more after its finish reason, under the same id. A cache that hands out a whole tool loop as one answer puts one id on all of it.
    private bool StartsRound(ChatResponseUpdate update, bool hasContent)
    {
        if (!Round.IsBegun)
        {
            return false;
        }

        if (UsageRound.IdOf(update) is { } id && Round.ResponseId is { } current)
        {
            return !string.Equals(id, current, StringComparison.Ordinal);
        }

        bool isOfTools = UsageRound.IsOfTools(update);
        return isOfTools != Round.IsTool
            ? hasContent || !isOfTools
            : hasContent && Round is { IsFinished: true, IsReported: true };
    }

    private bool ReadSoFar(ChatResponseUpdate update)
    {
        if (update.AdditionalProperties?.TryGetValue(StreamingKeys.UsageSoFar, out object? value) is not true
            || UsageNumbers.Read(value) is not { } soFar
            || !Usages.HasTokens(soFar))
        {
            return false;
        }

        Round.Say(soFar);
        return soFar.OutputTokenCount is not null;
    }

    private bool ReadReports(IList<AIContent> contents)
    {
        bool saysOutput = false;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is UsageContent { Details: var details })
            {
                _repeatsTotals = Round.Report(details, _repeatsTotals);
                saysOutput |= details.OutputTokenCount is > 0;
            }
        }

        return saysOutput;
    }

    private UsageDetails? Sum(Func<UsageRound, UsageDetails?> usageOf)
    {
        UsageDetails? sum = null;
        foreach (UsageRound round in _rounds)
        {
            sum = Usages.Sum(sum, usageOf(round));
        }

        return sum;
    }
}
