namespace StreamingAdapters.Metadata;

/// <summary>Receives the summary of every answer, also of those whose consumer is gone.</summary>
public interface IStreamSummarySink
{
    /// <summary>Takes a summary over.</summary>
    /// <param name="summary">Of an answer that has just ended, in whatever way.</param>
    /// <remarks>
    /// Called once an answer, by concurrent answers at the same time, and before the consumer learns of the end: hand work on to a queue. What it throws is
    /// logged and goes no further.
    /// </remarks>
    void Write(StreamSummary summary);
}
