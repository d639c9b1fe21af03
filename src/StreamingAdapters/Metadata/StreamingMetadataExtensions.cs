using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Reads what the metadata stage wrote, also after a cache or a file gave it back as JSON, and takes it out again.</summary>
public static class StreamingMetadataExtensions
{
    /// <summary>What is known about a chunk.</summary>
    /// <param name="update">The chunk.</param>
    /// <returns>The metadata; null when the update has none, as the one that carries the summary.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static ChunkMetadata? GetChunkMetadata(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return ChunkMetadata.ReadFrom(update.AdditionalProperties);
    }

    /// <summary>The summary that the last update of a stream carries.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The summary; null for every other update.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static StreamSummary? GetStreamSummary(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read(update.AdditionalProperties);
    }

    /// <summary>The summary of an answer, whether it was streamed or not.</summary>
    /// <param name="response">The answer.</param>
    /// <returns>The summary; null when no metadata stage wrote one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static StreamSummary? GetStreamSummary(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Read(response.AdditionalProperties);
    }

    /// <summary>The summary of an answer that failed or was cancelled.</summary>
    /// <param name="exception">What was thrown; its causes are searched too.</param>
    /// <returns>The summary; null when no metadata stage wrote one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static StreamSummary? GetStreamSummary(this Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return SummaryProperties.Read(ExceptionData.Find(exception, StreamingKeys.Summary));
    }

    /// <summary>An update without anything that this library's stages wrote.</summary>
    /// <param name="update">The update; not changed.</param>
    /// <returns>A copy; the same instance when there is nothing to take out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static ChatResponseUpdate StripStreamingMetadata(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        AdditionalPropertiesDictionary? others = OwnKeys.RemoveFrom(update.AdditionalProperties);
        if (ReferenceEquals(others, update.AdditionalProperties))
        {
            return update;
        }

        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = others;
        return copy;
    }

    /// <summary>A message without anything that this library's stages wrote, for a history that is saved.</summary>
    /// <param name="message">The message; not changed.</param>
    /// <returns>A copy; the same instance when there is nothing to take out.</returns>
    /// <remarks>The metadata stage does so itself with the messages of a call, so that a saved answer does not change later requests.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="message"/> is null.</exception>
    public static ChatMessage StripStreamingMetadata(this ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return OwnKeys.RemoveFrom([message])[0];
    }

    /// <summary>A response, messages included, without anything that this library's stages wrote.</summary>
    /// <param name="response">The response; not changed.</param>
    /// <returns>A plain <see cref="ChatResponse"/>; the same instance when there is nothing to take out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static ChatResponse StripStreamingMetadata(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        ChatMessage[] messages = [.. response.Messages];
        IReadOnlyList<ChatMessage> stripped = OwnKeys.RemoveFrom(messages);
        AdditionalPropertiesDictionary? others = OwnKeys.RemoveFrom(response.AdditionalProperties);
        return ReferenceEquals(stripped, messages) && ReferenceEquals(others, response.AdditionalProperties)
            ? response
            : ResponseCopy.Of(response, [.. stripped], others);
    }

    private static StreamSummary? Read(AdditionalPropertiesDictionary? properties) => SummaryProperties.Read(properties?.GetValueOrDefault(StreamingKeys.Summary));
}
