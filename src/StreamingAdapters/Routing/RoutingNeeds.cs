using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Routing;

/// <summary>What a call needs of a model; pure.</summary>
/// <param name="Model">The model that it names.</param>
/// <param name="HasImages">Whether a message holds an image.</param>
/// <param name="HasTools">Whether tools may be called.</param>
/// <param name="Tokens">About how many tokens go in and out.</param>
internal readonly record struct RoutingNeeds(string? Model, bool HasImages, bool HasTools, long Tokens)
{
    // English text in the tokenizers of the field; a rule for choosing, not for counting.
    private const int BytesPerToken = 4;

    public static RoutingNeeds Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options) => new(
        options?.ModelId,
        messages.SelectMany(message => message.Contents).Any(IsImage),
        options is { Tools.Count: > 0, ToolMode: not NoneChatToolMode },
        (ContentBytes.Of(messages, options) / BytesPerToken) + (options?.MaxOutputTokens ?? 0));

    private static bool IsImage(AIContent content) => content switch
    {
        DataContent data => data.HasTopLevelMediaType("image"),
        UriContent uri => uri.HasTopLevelMediaType("image"),
        FunctionResultContent { Result: AIContent result } => IsImage(result),
        FunctionResultContent { Result: IReadOnlyCollection<AIContent> results } => results.Any(IsImage),
        _ => false,
    };
}
