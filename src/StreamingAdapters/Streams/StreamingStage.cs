namespace StreamingAdapters.Streams;

/// <summary>The stages in the order in which they stand, outermost first.</summary>
/// <remarks>
/// Between <see cref="Coalescing"/> and <see cref="Limits"/> is the slot of rounds, where function invocation stands: what is outside it runs once per
/// answer, what is inside it once per round, and never while a tool runs.
/// </remarks>
public enum StreamingStage
{
    /// <summary>Requests are checked before anything is sent.</summary>
    Validation = 0,

    /// <summary>Exceptions become one family.</summary>
    Errors = 1,

    /// <summary>Usage is summed and handed to sinks.</summary>
    Usage = 4,

    /// <summary>Chunks are numbered and timed, answers summed up.</summary>
    Metadata = 5,

    /// <summary>Neighbouring updates are merged.</summary>
    Coalescing = 6,

    /// <summary>Answers that are too large end, calls that are too many wait or are refused.</summary>
    Limits = 7,

    /// <summary>The clocks of the timeout stage: the total alone, around all attempts of a round.</summary>
    TotalTimeout = 8,

    /// <summary>Failures before the first content are met by retries, other routes and hedges.</summary>
    Recovery = 9,

    /// <summary>A model that refuses to stream is asked for whole answers, over clients that are not this library's.</summary>
    Fallback = 10,

    /// <summary>The clocks of the timeout stage: first content and idle, and the total where no other stage stands between.</summary>
    Timeout = 11,

    /// <summary>Ends without a finish reason or content fail, over clients that are not this library's.</summary>
    Integrity = 12,
}
