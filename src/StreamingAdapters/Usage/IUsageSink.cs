namespace StreamingAdapters.Usage;

/// <summary>Receives what answers used.</summary>
/// <remarks>
/// Called once for each answer, however it ended, on the answer's own path before its end is reported: take the record over quickly, and do slow work
/// elsewhere. Thread-safe, for answers end at the same time. A sink never breaks an answer: what it throws is logged and goes no further, and the other sinks
/// still get the record.
/// </remarks>
public interface IUsageSink
{
    /// <summary>Takes a record over.</summary>
    /// <param name="record">What the answer used.</param>
    void Write(UsageRecord record);
}
