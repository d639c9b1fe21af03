using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Finds out whether an answer, or a round of it, was counted before.</summary>
/// <remarks>
/// A cache below function invocation hands rounds out again; one above it hands out the whole, under the last round's id, the first one's time, and the sum of
/// their usage.
/// </remarks>
internal sealed class ReplayFinder
{
    private readonly UsageAccumulator _accumulator;
    private readonly MeteredRound[] _answers;
    private readonly HashSet<MeteredRound> _counted;
    private readonly AnswerIdentity? _identity;
    private readonly UsageDetails? _reported;
    private readonly bool _isComplete;

    public ReplayFinder(UsageAccumulator accumulator, IReadOnlyList<MeteredRound> rounds, StreamOutcome outcome)
    {
        _accumulator = accumulator;
        _answers = [.. rounds.Where(static round => round.Said is { IsBegun: true, IsTool: false })];
        _identity = AnswerIdentity.Of(
            _answers.LastOrDefault(static round => round.Said.ResponseId is not null)?.Said.ResponseId,
            _answers.Select(static round => round.Said.CreatedAt).FirstOrDefault(static createdAt => createdAt is not null));
        _isComplete = outcome is StreamOutcome.Completed;
        foreach (MeteredRound round in _answers)
        {
            _reported = Usages.Sum(_reported, LastReportOf(round));
        }

        _counted = [.. _answers.Where(round => IsCounted(IdentityOf(round), LastReportOf(round)))];
        IsReplay = _answers.Length > 0 && (_counted.Count == _answers.Length || IsCounted(_identity, _reported));
    }

    /// <summary>Whether all of it was.</summary>
    public bool IsReplay { get; }

    public bool IsCounted(MeteredRound round) => _counted.Contains(round);

    public void MarkCounted()
    {
        foreach (MeteredRound round in _answers)
        {
            Mark(IdentityOf(round), round.Said.Reported);
        }

        Mark(_identity, _reported);
    }

    private static AnswerIdentity? IdentityOf(MeteredRound round) => AnswerIdentity.Of(round.Said.ResponseId, round.Said.CreatedAt);

    // A running total of a round that was broken off is nobody's last word.
    private UsageDetails? LastReportOf(MeteredRound round) => _isComplete || round.Said.IsFinished ? round.Said.Reported : null;

    private bool IsCounted(AnswerIdentity? answer, UsageDetails? reported) => answer is { } known && _accumulator.IsCounted(known, reported);

    private void Mark(AnswerIdentity? answer, UsageDetails? reported)
    {
        if (answer is { } known && reported is not null)
        {
            _accumulator.MarkCounted(known, reported);
        }
    }
}
