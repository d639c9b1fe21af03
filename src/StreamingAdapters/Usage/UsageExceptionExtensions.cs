using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Reads what an answer used from the exception that ended it.</summary>
public static class UsageExceptionExtensions
{
    /// <summary>What the answer had used when it failed or was cancelled.</summary>
    /// <param name="exception">What was thrown, or wraps it.</param>
    /// <returns>The record that sinks were given; null when no usage stage saw the exception.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static UsageRecord? GetUsage(this Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return UsageRecordProperties.Read(ExceptionData.Find(exception, StreamingKeys.Usage));
    }
}
