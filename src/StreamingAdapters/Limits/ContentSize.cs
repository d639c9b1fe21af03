using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Limits;

/// <summary>The bytes of contents as the limit on an answer counts them.</summary>
internal static class ContentSize
{
    /// <summary>The bytes of a content without its text or reasoning, of which a part may fit.</summary>
    public static long BesideText(AIContent content) => content switch
    {
        TextContent => 0,
        TextReasoningContent reasoning => ContentBytes.Of(reasoning.ProtectedData),
        DataContent data => data.Data.Length,
        FunctionCallContent call => ContentBytes.Of(call) + ContentBytes.Of(PropertyReader.Text(call.AdditionalProperties?.GetValueOrDefault(StreamingKeys.ArgumentsRaw))),
        _ => ContentBytes.Of(content),
    };
}
