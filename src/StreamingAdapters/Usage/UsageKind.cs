namespace StreamingAdapters.Usage;

/// <summary>Where the numbers of a <see cref="UsageRecord"/> come from.</summary>
public enum UsageKind
{
    /// <summary>The provider's own final numbers of every round.</summary>
    Reported = 0,

    /// <summary>
    /// The provider's own numbers as far as it said them before the answer was broken off; a number that it had not said, and output that came after it
    /// spoke last, is estimated and has an error bar.
    /// </summary>
    Partial = 1,

    /// <summary>The provider said nothing: every number is estimated from the bytes of the texts.</summary>
    Estimated = 2,
}
