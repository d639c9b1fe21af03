using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Ignores cancellation, and tells when it did.</summary>
internal sealed class IgnoringChatClient(IChatClient inner, TaskCompletionSource ignored) : DelegatingChatClient(inner)
{
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ignored);
        return base.GetStreamingResponseAsync(messages, options, CancellationToken.None);
    }
}
