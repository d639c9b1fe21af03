using Microsoft.Extensions.AI;

namespace StreamingAdapters.Coalescing;

/// <summary>Which updates may be merged: those that say nothing but text, or nothing but reasoning, as part of the same message.</summary>
internal static class MergeableText
{
    /// <summary>The text of an update that has nothing else; null for any other.</summary>
    /// <param name="update">The update.</param>
    /// <param name="isReasoning">Whether it is reasoning.</param>
    public static string? Of(ChatResponseUpdate update, out bool isReasoning)
    {
        isReasoning = false;
        if (update.GetType() != typeof(ChatResponseUpdate) || update.FinishReason is not null || update.AdditionalProperties is not null || update.ContinuationToken is not null)
        {
            return null;
        }

        IList<AIContent> contents = update.Contents;
        return contents.Count == 1 && contents[0] is { AdditionalProperties: null, Annotations: null } content ? Of(content, out isReasoning) : null;
    }

    /// <summary>Whether an update goes on where the first one that is held began; a value that it does not repeat is unchanged.</summary>
    public static bool Continues(ChatResponseUpdate update, ChatResponseUpdate first) =>
        IsUnchanged(update.MessageId, first.MessageId)
        && IsUnchanged(update.ResponseId, first.ResponseId)
        && IsUnchanged(update.ConversationId, first.ConversationId)
        && IsUnchanged(update.ModelId, first.ModelId)
        && IsUnchanged(update.AuthorName, first.AuthorName)
        && (update.Role is null || update.Role == first.Role)
        && (IsTime(first.CreatedAt) || !IsTime(update.CreatedAt));

    // A class of somebody's own may say more than its base.
    private static string? Of(AIContent content, out bool isReasoning)
    {
        isReasoning = content.GetType() == typeof(TextReasoningContent);
        return isReasoning ? content is TextReasoningContent { ProtectedData: null } reasoning ? reasoning.Text : null
            : content.GetType() == typeof(TextContent) ? ((TextContent)content).Text
            : null;
    }

    // ToChatResponse takes the first time, and takes the epoch for none.
    private static bool IsTime(DateTimeOffset? createdAt) => createdAt > DateTimeOffset.UnixEpoch;

    private static bool IsUnchanged(string? value, string? first) => value is null || string.Equals(value, first, StringComparison.Ordinal);
}
