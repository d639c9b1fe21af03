using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>Which answers may be continued at all; pure.</summary>
internal static class ContinuationRules
{
    // What a schema or a required tool asks for is one whole: a seam in it could not be told from an error.
    public static bool MayContinue(ChatOptions? options) =>
        options?.ResponseFormat is not ChatResponseFormatJson && options?.ToolMode is not RequiredChatToolMode;
}
