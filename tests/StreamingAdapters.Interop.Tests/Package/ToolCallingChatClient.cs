using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests;

/// <summary>Asks for the tool "weather" once and answers with the result it is sent; counts its calls.</summary>
internal sealed class ToolCallingChatClient : IChatClient
{
    public int Calls { get; private set; }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls++;
        FunctionResultContent? result = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault();
        AIContent answer = result is null && options?.Tools is { Count: > 0 }
            ? new FunctionCallContent("call-1", "weather", new Dictionary<string, object?>(StringComparer.Ordinal) { ["city"] = "Oslo" })
            : new TextContent($"answer {Calls}: {result?.Result}");
        return new[] { new ChatResponseUpdate(ChatRole.Assistant, [answer]) { MessageId = $"message-{Calls}" } }.ToAsyncEnumerable();
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
