using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Hands each call to the client that the text of its last message names.</summary>
internal sealed class DispatchingChatClient(IReadOnlyDictionary<string, IChatClient> clients) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        clients[messages.Last().Text].GetResponseAsync(messages, options, cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        clients[messages.Last().Text].GetStreamingResponseAsync(messages, options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("many", null, "m") : null;

    public void Dispose()
    {
        // The clients are the test's.
    }
}
