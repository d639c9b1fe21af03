namespace StreamingAdapters.Streams;

/// <summary>How an answer ended.</summary>
public enum StreamOutcome
{
    /// <summary>The inner client ended it.</summary>
    Completed = 0,

    /// <summary>An exception ended it.</summary>
    Failed = 1,

    /// <summary>The caller's token was cancelled.</summary>
    Cancelled = 2,

    /// <summary>The consumer stopped reading before the end, for example with <c>break</c>.</summary>
    Abandoned = 3,
}
