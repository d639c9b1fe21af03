using Microsoft.Extensions.AI;

namespace StreamingAdapters.Validation;

/// <summary>How large a request may be.</summary>
internal static class LimitRules
{
    public static void Check(IReadOnlyList<ChatMessage?> messages, ChatOptions? options, StreamingValidationOptions rules, long? characters, RequestFailures failures)
    {
        if (messages.Count > rules.MaxMessages)
        {
            failures.Add($"The request has {messages.Count} messages: {nameof(StreamingValidationOptions)}.{nameof(rules.MaxMessages)} is {rules.MaxMessages}. Leave out older ones, or raise the limit.");
        }

        if (characters > rules.MaxCharacters)
        {
            failures.Add($"The request has {characters} characters of text: {nameof(StreamingValidationOptions)}.{nameof(rules.MaxCharacters)} is {rules.MaxCharacters}. Shorten it, or raise the limit.");
        }

        if (options?.Tools?.Count > rules.MaxTools)
        {
            failures.Add($"ChatOptions.Tools has {options.Tools.Count} tools: {nameof(StreamingValidationOptions)}.{nameof(rules.MaxTools)} is {rules.MaxTools}. Leave out some, or raise the limit.");
        }
    }

    /// <summary>The characters of instructions, texts, reasoning and results that are text.</summary>
    public static long Count(IReadOnlyList<ChatMessage?> messages, ChatOptions? options)
    {
        long characters = options?.Instructions?.Length ?? 0;
        foreach (ChatMessage? message in messages)
        {
            for (int position = 0; position < message?.Contents.Count; position++)
            {
                characters += Length(message.Contents[position]);
            }
        }

        return characters;
    }

    private static int Length(AIContent? content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent reasoning => reasoning.Text.Length,
        FunctionResultContent { Result: string text } => text.Length,
        FunctionResultContent { Result: TextContent text } => text.Text.Length,
        _ => 0,
    };
}
