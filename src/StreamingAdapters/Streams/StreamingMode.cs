namespace StreamingAdapters;

/// <summary>How much the pipeline adds to a stream.</summary>
public enum StreamingMode
{
    /// <summary>Requests are validated and errors mapped; the provider's updates pass as the same instances in the same order. The default.</summary>
    Basic = 0,

    /// <summary>Every stage that its options do not switch off.</summary>
    Enhanced = 1,
}
