namespace StreamingAdapters.Coalescing;

/// <summary>What is handed out as soon as it is whole, without waiting for <see cref="StreamingCoalescingOptions.Interval"/>.</summary>
public enum CoalescingUnit
{
    /// <summary>Nothing: everything waits until the interval is over or the limit of characters is reached.</summary>
    None,

    /// <summary>Graphemes, that is, characters as a reader sees them (extended grapheme clusters of Unicode's annex 29): all but the last, which may go on.</summary>
    Grapheme,

    /// <summary>Words, which end where white space begins; the white space leads the next word. Scripts that write none between words wait for the interval.</summary>
    Word,

    /// <summary>Lines, with their ends: LF, CR LF, CR, U+0085, U+2028 or U+2029.</summary>
    Line,
}
