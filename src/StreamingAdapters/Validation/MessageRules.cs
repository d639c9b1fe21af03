using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Validation;

/// <summary>What no message may be, each by itself.</summary>
internal static class MessageRules
{
    public static void Check(IReadOnlyList<ChatMessage?> messages, StreamingValidationOptions rules, RequestFailures failures)
    {
        for (int index = 0; index < messages.Count; index++)
        {
            if (messages[index] is { } message)
            {
                Check(message, index, rules, failures);
            }
            else
            {
                failures.Add($"messages[{index}] is null: leave it out.");
            }
        }
    }

    private static void Check(ChatMessage message, int index, StreamingValidationOptions rules, RequestFailures failures)
    {
        IList<AIContent?> contents = message.Contents!;

        // A client's own message, kept whole beside no contents, is what it sends.
        bool isEmpty = message.RawRepresentation is null;
        for (int position = 0; position < contents.Count; position++)
        {
            AIContent? content = contents[position];
            isEmpty &= content is not null && IsEmpty(content);
            if (content is null)
            {
                failures.Add($"messages[{index}].Contents[{position}] is null: leave it out.");
            }
            else if (content is UriContent { Uri.IsAbsoluteUri: false })
            {
                failures.Add($"messages[{index}].Contents[{position}] links to a relative address: give an absolute one, or load it into a {nameof(DataContent)}.");
            }
            else if (MediaTypes.Of(content) is { } mediaType && MediaTypes.IsAmong(rules.UnsupportedContents, mediaType))
            {
                failures.Add(
                    $"messages[{index}].Contents[{position}] is of type {mediaType}, which {nameof(StreamingValidationOptions)}.{nameof(rules.UnsupportedContents)} excludes: leave it out, or use a model that takes it.");
            }
        }

        if (isEmpty && !rules.AllowEmptyMessages)
        {
            failures.Add(
                $"messages[{index}] is {(contents.Count == 0 ? "without content" : "empty text alone")}: write something into it, leave it out, or set {nameof(StreamingValidationOptions)}.{nameof(rules.AllowEmptyMessages)}.");
        }
    }

    // A provider's own item, kept beside empty text, is what its client sends back.
    private static bool IsEmpty(AIContent content) => content.RawRepresentation is null && !SemanticContent.Is(content);
}
