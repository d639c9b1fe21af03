using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Metadata;

/// <summary>A client that hands out given instances, and says of itself only what it is told to.</summary>
internal sealed class FixedChatClient(ChatResponseUpdate[] updates, ChatResponse? response = null, ChatClientMetadata? metadata = null) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(response ?? updates.ToChatResponse());

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => updates.ToAsyncEnumerable();

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? metadata : null;

    public void Dispose()
    {
    }
}
