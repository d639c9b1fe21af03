using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Integrity;

/// <summary>What is odd about an update but no error: the words under <see cref="StreamingKeys.Annotations"/>, and their reader.</summary>
public static class StreamAnnotations
{
    /// <summary>The update brings content although an earlier one gave the finish reason; Gemini does so.</summary>
    public const string ContentAfterFinishReason = "content_after_finish_reason";

    /// <summary>The update's response id is another than that of the updates before.</summary>
    public const string ResponseIdChanged = "response_id_changed";

    /// <summary>The update's message id is another than that of the updates before; an answer of several messages changes it once for each.</summary>
    public const string MessageIdChanged = "message_id_changed";

    /// <summary>The update's conversation id is another than that of the updates before.</summary>
    public const string ConversationIdChanged = "conversation_id_changed";

    /// <summary>The update's role is another than that of the updates before.</summary>
    public const string RoleChanged = "role_changed";

    /// <summary>What the integrity stage found odd about an update.</summary>
    /// <param name="update">The update, as a stream or a cache gave it.</param>
    /// <returns>Words of this class; empty when nothing is odd, or no stage looked.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static IReadOnlyList<string> GetStreamAnnotations(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return PropertyReader.Texts(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Annotations)) ?? [];
    }

    /// <summary>A copy of the update that has the annotations beside those that it had.</summary>
    internal static ChatResponseUpdate Annotate(ChatResponseUpdate update, IReadOnlyList<string> annotations)
    {
        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = update.AdditionalProperties is { } properties ? new AdditionalPropertiesDictionary(properties) : [];
        copy.AdditionalProperties[StreamingKeys.Annotations] = (List<string>)[.. update.GetStreamAnnotations(), .. annotations];
        return copy;
    }
}
