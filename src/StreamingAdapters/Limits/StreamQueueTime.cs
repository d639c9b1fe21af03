using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Limits;

/// <summary>How long a call waited for the permits of the limits stage: the value under <see cref="StreamingKeys.Queued"/>.</summary>
public static class StreamQueueTime
{
    /// <summary>What properties say of the wait.</summary>
    /// <param name="properties">Of a call's first update, of a message or of a response; null says nothing.</param>
    /// <returns>The time; null when the call did not wait.</returns>
    public static TimeSpan? ReadFrom(AdditionalPropertiesDictionary? properties) => PropertyReader.Duration(properties?.GetValueOrDefault(StreamingKeys.Queued));
}
