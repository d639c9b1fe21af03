using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>What counts as content: of the answer, not of its envelope.</summary>
internal static class SemanticContent
{
    /// <summary>Whether an update has semantic content: text or reasoning that is not empty, a tool call, data. A role, usage or a finish reason is none.</summary>
    public static bool IsIn(ChatResponseUpdate update)
    {
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (Is(contents[index]))
            {
                return true;
            }
        }

        return false;
    }

    public static bool Is(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => reasoning.Text.Length > 0 || !string.IsNullOrEmpty(reasoning.ProtectedData),
        UsageContent => false,
        _ => true,
    };
}
