using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

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

    /// <summary>A response that has a property beside its own.</summary>
    /// <remarks>The inner client may hand the same response to others, as a cache does; one of a type of its own cannot be copied.</remarks>
    public static ChatResponse With(ChatResponse response, string key, object value)
    {
        AdditionalPropertiesDictionary properties = new AdditionalPropertiesDictionary { [key] = value }.Union(response.AdditionalProperties);
        if (response.GetType() == typeof(ChatResponse))
        {
            return Of(response, response.Messages, properties);
        }

        response.AdditionalProperties = properties;
        return response;
    }
}
