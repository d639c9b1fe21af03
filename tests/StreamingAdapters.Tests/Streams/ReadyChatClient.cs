using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Streams;

/// <summary>A client whose updates are always there and cost nothing: what a stream allocates is the stages' alone.</summary>
internal sealed class ReadyChatClient(int count, Exception? end = null) : IChatClient
{
    private readonly ChatResponseUpdate _update = new(ChatRole.Assistant, "word1 ");

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Streams only.");

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => new ReadyStream(_update, count, end);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private sealed class ReadyStream(ChatResponseUpdate update, int count, Exception? end) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        private int _given;

        public ChatResponseUpdate Current => update;

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => _given++ < count ? new(true) : end is null ? new(false) : throw end;

        public ValueTask DisposeAsync() => default;
    }
}
