namespace StreamingAdapters.Metadata;

/// <summary>Receives the summary of every answer, also of those whose consumer is gone.</summary>
/// <remarks>
/// Called once for each answer, however it ended, on the answer's own path before its end is reported: take the summary over quickly, and do slow work
/// elsewhere. Thread-safe, for answers end at the same time. A sink never breaks an answer: what it throws is logged and goes no further, and the other sinks
/// still get the summary.
/// </remarks>
public interface IStreamSummarySink
{
    /// <summary>Takes a summary over.</summary>
    /// <param name="summary">The answer in numbers.</param>
    void Write(StreamSummary summary);
}
