namespace StreamingAdapters.Streams;

/// <summary>How an answer ended.</summary>
public enum StreamOutcome
{
    /// <summary>It was read to its end.</summary>
    Completed = 0,

    /// <summary>An exception ended it.</summary>
    Failed = 1,

    /// <summary>The caller cancelled it.</summary>
    Cancelled = 2,

    /// <summary>The consumer stopped reading before its end.</summary>
    Abandoned = 3,
}
