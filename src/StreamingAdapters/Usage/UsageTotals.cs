using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>What several answers used together. Immutable: a picture of the moment.</summary>
public sealed class UsageTotals
{
    private readonly UsageDetails _usage;

    internal UsageTotals(UsageDetails usage) => _usage = Usages.Copy(usage);

    /// <summary>The tokens; cache hits are not among them.</summary>
    /// <value>A copy.</value>
    public UsageDetails Usage => Usages.Copy(_usage);

    /// <summary>How many answers there were, cache hits included.</summary>
    public long Answers { get; internal init; }

    /// <summary>How many of them were replayed, and count zero.</summary>
    public long CacheHits { get; internal init; }

    /// <summary>How many of them are <see cref="UsageKind.Partial"/> or <see cref="UsageKind.Estimated"/>.</summary>
    public long Inexact { get; internal init; }

    /// <summary>How far the input tokens may be off, in tokens: the errors of the answers added up, as if all erred the same way.</summary>
    public long InputError { get; internal init; }

    /// <summary>How far the output tokens may be off, in tokens: the errors of the answers added up, as if all erred the same way.</summary>
    public long OutputError { get; internal init; }

    /// <summary>What the answers with a price cost, in the currency of the price table.</summary>
    public decimal Cost { get; internal init; }

    /// <summary>How many answers had no price and are not in <see cref="Cost"/>.</summary>
    public long Unpriced { get; internal init; }
}
