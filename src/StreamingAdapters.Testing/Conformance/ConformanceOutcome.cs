namespace StreamingAdapters.Testing;

/// <summary>How a check of <see cref="ChatClientConformance"/> ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>The client does what the check asks for.</summary>
    Passed,

    /// <summary>It does not; the result's error says what was expected and what was seen.</summary>
    Failed,

    /// <summary>The target lacks something that the check needs; the result's reason names it.</summary>
    Skipped,
}
