using Microsoft.Extensions.AI;

namespace StreamingAdapters.Metadata;

/// <summary>Copies responses, which have no <c>Clone</c> of their own.</summary>
internal static class ResponseCopy
{
    /// <summary>A response with other messages and properties, everything else shared.</summary>
    public static ChatResponse Of(ChatResponse response, IList<ChatMessage> messages, AdditionalPropertiesDictionary? properties) => new(messages)
    {
        ResponseId = response.ResponseId,
        ConversationId = response.ConversationId,
        ModelId = response.ModelId,
        CreatedAt = response.CreatedAt,
        FinishReason = response.FinishReason,
        Usage = response.Usage,
        ContinuationToken = response.ContinuationToken,
        RawRepresentation = response.RawRepresentation,
        AdditionalProperties = properties,
    };
}
