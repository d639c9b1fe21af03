using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>
/// A model by hand, as complete as a provider's: ids, finish reasons, usage. Given tools it asks for "weather" once and answers when it has the result; without,
/// it answers at once. Counts its calls.
/// </summary>
internal sealed class ToolCallingChatClient : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("by hand", defaultModelId: "m");

    public int Calls { get; private set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls++;
        bool asks = options?.Tools is { Count: > 0 } && !messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Any();
        AIContent[] contents = asks ? Question() : [new TextContent("It "), new TextContent(Calls == 1 ? "snows." : "rains.")];
        var usage = new UsageDetails { InputTokenCount = 10 * Calls, OutputTokenCount = Calls == 1 ? 5 : 7, TotalTokenCount = (10 * Calls) + (Calls == 1 ? 5 : 7) };
        return contents.Append(new UsageContent(usage)).Select((content, index) => new ChatResponseUpdate(ChatRole.Assistant, [content])
        {
            ResponseId = $"response-{Calls}",
            MessageId = $"message-{Calls}",
            ModelId = "m",
            CreatedAt = DateTimeOffset.UnixEpoch.AddDays(Calls),
            FinishReason = index < contents.Length ? null : asks ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        }).ToArray().ToAsyncEnumerable();
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // Nothing is held.
    }

    private static AIContent[] Question() =>
    [
        new TextContent("Let me see."),
        new FunctionCallContent("call-1", "weather", new Dictionary<string, object?>(StringComparer.Ordinal) { ["city"] = "Oslo" }),
    ];
}
