using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>What one answer used, over all of its rounds and failed attempts. Immutable.</summary>
public sealed class UsageRecord
{
    private readonly UsageDetails _usage = new();

    /// <summary>Where the numbers come from.</summary>
    public required UsageKind Kind { get; init; }

    /// <summary>The tokens.</summary>
    /// <value>A copy; its input holds the cached tokens and its output the reasoning, unless the provider counts them beside (its total shows it).</value>
    public required UsageDetails Usage
    {
        get => Usages.Copy(_usage);
        init => _usage = Usages.Copy(value);
    }

    /// <summary>How far the input tokens may be off, in tokens: one standard deviation.</summary>
    /// <value>0 for a number that the provider said.</value>
    public long InputError { get; init; }

    /// <summary>How far the output tokens may be off, in tokens: one standard deviation.</summary>
    /// <value>0 for a number that the provider said.</value>
    public long OutputError { get; init; }

    /// <summary>The provider's name; null when the client has none.</summary>
    public string? Provider { get; init; }

    /// <summary>The model as the answer names it, else as the request does; null when neither does.</summary>
    public string? Model { get; init; }

    /// <summary>The answer's id, of the last round; null when there was none.</summary>
    public string? ResponseId { get; init; }

    /// <summary>The conversation that the answer counts for; null for none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>When the answer ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>How long it took from the call to its end, the time in the consumer included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How it ended.</summary>
    public StreamOutcome Outcome { get; init; }

    /// <summary>
    /// Whether this very answer was counted before: a cache below replayed it, or another usage stage saw it. Such a record counts zero into totals and
    /// costs nothing.
    /// </summary>
    public bool IsCacheHit { get; init; }

    /// <summary>What the answer cost, in the currency of the price table.</summary>
    /// <value>Null when the table has no price for the model.</value>
    public decimal? Cost { get; init; }
}
