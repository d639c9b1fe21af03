using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Coalescing;

/// <summary>A client that makes each update on the caller's thread, so that no read ever waits.</summary>
internal sealed class ComputingChatClient(Action compute, int updates) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        for (int count = 0; count < updates; count++)
        {
            compute();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "a");
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
