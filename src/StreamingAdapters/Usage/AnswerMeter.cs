using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Watches one answer: what is said about usage, and, for estimates, how many bytes there are. Not thread-safe.</summary>
internal sealed class AnswerMeter
{
    private readonly UsageSum _sum = new();
    private readonly List<MeteredRound> _rounds;
    private readonly bool _countsBytes;
    private MeteredRound _round;
    private string? _flowingId;

    public AnswerMeter(bool countsBytes)
    {
        _countsBytes = countsBytes;
        _round = new MeteredRound(_sum.Round);
        _rounds = [_round];
    }

    public IReadOnlyList<MeteredRound> Rounds => _rounds;

    public string? ConversationId { get; private set; }

    /// <summary>The provider of the last round; null where nobody said.</summary>
    public string? Provider => _round.Provider;

    /// <summary>Whether the rounds of a tool loop came as one, so that their bytes say nothing about their tokens.</summary>
    public bool IsSummedUp { get; private set; }

    /// <summary>Whether anything arrived.</summary>
    public bool HasBegun => _rounds[0].Said.IsBegun;

    public void Observe(ChatResponseUpdate update)
    {
        string? text = TextAlone(update);
        if (text is not null
            && _flowingId is not null
            && ReferenceEquals(update.ResponseId, _flowingId)
            && (update.ConversationId is null || ReferenceEquals(update.ConversationId, ConversationId))
            && (update.ModelId is null || _round.Said.ModelId is not null)
            && (update.CreatedAt is null || _round.Said.CreatedAt is not null))
        {
            _round.Count(_countsBytes ? ContentBytes.Of(text) : 0, isCovered: false);
            return;
        }

        ObserveAny(update);
        _flowingId = text is null ? null : update.ResponseId;
    }

    /// <summary>Takes a whole answer in; its usage is of all rounds together.</summary>
    public void Observe(ChatResponse response)
    {
        _round.Said.Observe(response);
        ConversationId = response.ConversationId;
        IsSummedUp = response.Messages.Any(static message => message.Role == ChatRole.Tool);
        _round.Attempts = AttemptRecord.ReadFrom(response.AdditionalProperties);
        _round.ToldProvider = PropertyReader.Text(response.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Provider));
        if (_countsBytes)
        {
            _round.Count(response.Messages.Where(static message => message.Role != ChatRole.Tool).Sum(static message => ContentBytes.Of(message.Contents)), isCovered: false);
        }
    }

    /// <summary>Takes the attempts that an exception tells of.</summary>
    /// <remarks>
    /// One whose answer was delivered is the round that runs, and so is the last if the round has no end yet: what it used was seen here, and counts once. Else the next
    /// round was asked for, as behind the results of tools, and nothing of it arrived.
    /// </remarks>
    public void Observe(Exception exception)
    {
        IReadOnlyList<AttemptRecord> attempts = AttemptRecord.ReadFrom(exception);
        if (attempts is [.., { IsDelivered: true }] || _round.Said is { IsBegun: true, IsFinished: false, IsTool: false })
        {
            _round.Attempts = attempts.Count > 0 ? [.. attempts.SkipLast(1)] : _round.Attempts;
            return;
        }

        if (_round.Said.IsTool || (_round.Said.IsBegun && attempts.Count > 0))
        {
            _round = new MeteredRound(new UsageRound());
            _rounds.Add(_round);
        }

        if (!_round.Said.IsBegun)
        {
            _round.Attempts = attempts;
        }
    }

    // Of text that flows, the second update and every later one of the same round say nothing new but their text.
    private static string? TextAlone(ChatResponseUpdate update) =>
        update.AdditionalProperties is null && update.FinishReason is null && update.Contents is { Count: 1 } contents
            ? contents[0] switch
            {
                TextContent { Text.Length: > 0 } text => text.Text,
                TextReasoningContent { Text.Length: > 0 } reasoning => reasoning.Text,
                _ => null,
            }
            : null;

    private void ObserveAny(ChatResponseUpdate update)
    {
        bool saysOutput = _sum.Observe(update);
        if (!ReferenceEquals(_round.Said, _sum.Round))
        {
            _round = new MeteredRound(_sum.Round);
            _rounds.Add(_round);
        }

        ConversationId = update.ConversationId ?? ConversationId;
        if (update.AdditionalProperties is { } properties && properties.ContainsKey(StreamingKeys.Attempts))
        {
            _round.Attempts = AttemptRecord.ReadFrom(properties);
        }

        _round.ToldProvider ??= PropertyReader.Text(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Provider));
        if (_countsBytes)
        {
            _round.Count(ContentBytes.Of(update.Contents), saysOutput);
        }
    }
}
