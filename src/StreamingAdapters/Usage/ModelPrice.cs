namespace StreamingAdapters.Usage;

/// <summary>What a model's tokens cost, for a million of each; the currency is the caller's.</summary>
public sealed record ModelPrice
{
    /// <summary>A million input tokens.</summary>
    /// <value>0 by default.</value>
    public decimal Input { get; init; }

    /// <summary>A million output tokens.</summary>
    /// <value>0 by default.</value>
    public decimal Output { get; init; }

    /// <summary>A million input tokens that the provider read from its cache.</summary>
    /// <value>Null by default: as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; init; }

    /// <summary>A million reasoning tokens.</summary>
    /// <value>Null by default: as <see cref="Output"/>.</value>
    public decimal? Reasoning { get; init; }
}
