using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Takes out the summary of a metadata stage further inside, or of the call that a cache replays: an answer has one summary.</summary>
internal static class InnerSummary
{
    /// <summary>The update without a summary: the same instance where there is none, null where there is nothing else.</summary>
    public static ChatResponseUpdate? RemoveFrom(ChatResponseUpdate update)
    {
        if (update.AdditionalProperties?.ContainsKey(StreamingKeys.Summary) is not true)
        {
            return update;
        }

        // A cache puts the usage, and whatever else belongs to the response, on the same update.
        if (update is { Contents.Count: 0, AdditionalProperties.Count: 1, FinishReason: null, ConversationId: null, ContinuationToken: null })
        {
            return null;
        }

        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = update.AdditionalProperties.Clone();
        copy.AdditionalProperties.Remove(StreamingKeys.Summary);
        return copy;
    }
}
