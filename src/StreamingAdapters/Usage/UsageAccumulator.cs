using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Sums what answers used: by conversation and in total. Thread-safe.</summary>
/// <remarks>
/// Register one as a singleton to sum over all pipelines, also over those that a change of configuration replaces; it then holds what was learned for
/// estimates, too. A client answers it to <c>client.GetService&lt;UsageAccumulator&gt;()</c>. It holds no texts.
/// </remarks>
public sealed class UsageAccumulator
{
    internal const int DefaultMaxConversations = 10_000;

    internal static readonly TimeSpan DefaultConversationLifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly RunningTotals _total = new();
    private readonly BoundedMap<string, RunningTotals> _conversations;
    private readonly BoundedMap<AnswerIdentity, ReportedCounts> _counted;

    /// <summary>Creates an accumulator.</summary>
    /// <param name="maxConversations">How many conversations are kept, the last used ones; by default 10,000. As many answers are remembered to recognize replays.</param>
    /// <param name="conversationLifetime">How long a conversation, or an answer, is kept after its last use; null for one hour.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not above zero.</exception>
    public UsageAccumulator(int maxConversations = DefaultMaxConversations, TimeSpan? conversationLifetime = null, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConversations, 1);
        TimeSpan lifetime = conversationLifetime ?? DefaultConversationLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero, nameof(conversationLifetime));
        timeProvider ??= TimeProvider.System;
        _conversations = new BoundedMap<string, RunningTotals>(maxConversations, lifetime, timeProvider);
        _counted = new BoundedMap<AnswerIdentity, ReportedCounts>(maxConversations, lifetime, timeProvider);
        Estimator = new UsageEstimator(timeProvider);
    }

    /// <summary>What all answers used, those without a conversation included.</summary>
    public UsageTotals Total
    {
        get
        {
            lock (_gate)
            {
                return _total.Picture();
            }
        }
    }

    /// <summary>How many conversations are kept at the moment.</summary>
    public int Conversations
    {
        get
        {
            lock (_gate)
            {
                return _conversations.Count;
            }
        }
    }

    internal UsageEstimator Estimator { get; }

    /// <summary>What the answers of one conversation used.</summary>
    /// <param name="conversationId">
    /// The conversation. A service that gives every answer a new id and takes the last one with the next request has one conversation under all of them.
    /// </param>
    /// <returns>The totals; null when the conversation is not known, or not any more.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="conversationId"/> is null.</exception>
    public UsageTotals? ForConversation(string conversationId)
    {
        ArgumentNullException.ThrowIfNull(conversationId);
        lock (_gate)
        {
            return _conversations.TryGet(conversationId, out RunningTotals? totals) ? totals.Picture() : null;
        }
    }

    /// <summary>Adds a record from elsewhere; the usage stage adds its own.</summary>
    /// <param name="record">What an answer used.</param>
    /// <exception cref="ArgumentNullException"><paramref name="record"/> is null.</exception>
    public void Add(UsageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Add(record, continuedAs: null);
    }

    /// <summary>Adds a record whose conversation has another id from now on.</summary>
    internal void Add(UsageRecord record, string? continuedAs)
    {
        lock (_gate)
        {
            _total.Add(record);
            if (record.ConversationId is not { } id)
            {
                return;
            }

            if (!_conversations.TryGet(id, out RunningTotals? totals))
            {
                totals = new RunningTotals();
                _conversations.Set(id, totals);
            }

            totals.Add(record);
            if (continuedAs is not null && !string.Equals(continuedAs, id, StringComparison.Ordinal))
            {
                _conversations.Set(continuedAs, totals);
            }
        }
    }

    /// <summary>Whether an answer was counted before: the same one with the same report, or, for one that was broken off, the same one.</summary>
    internal bool IsCounted(AnswerIdentity answer, UsageDetails? reported)
    {
        lock (_gate)
        {
            return _counted.TryGet(answer, out ReportedCounts counts)
                && (reported is null ? answer.CreatedAt is not null : counts == ReportedCounts.Of(reported));
        }
    }

    internal void MarkCounted(AnswerIdentity answer, UsageDetails reported)
    {
        lock (_gate)
        {
            _counted.Set(answer, ReportedCounts.Of(reported));
        }
    }
}
