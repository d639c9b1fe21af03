using Microsoft.Extensions.AI;

namespace Benchmarks.Stages;

/// <summary>A client whose updates are made beforehand and always there: what is measured is the stages alone.</summary>
internal class ReadySource(ChatResponseUpdate[] updates) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Streams only.");

    public virtual IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => new ReadyStream(updates);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("benchmark", defaultModelId: "model") : null;

    public void Dispose()
    {
    }

    /// <summary>One answer of so many updates: a role, words, usage, and the end.</summary>
    public static ChatResponseUpdate[] Answer(int count)
    {
        ChatResponseUpdate[] answer = [.. Enumerable.Range(0, count).Select(index => Update(new TextContent($"word{index % 10} ")))];
        answer[0].Contents = [];
        answer[^2].Contents = [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = count, TotalTokenCount = count + 10 })];
        answer[^1].Contents = [];
        answer[^1].FinishReason = ChatFinishReason.Stop;
        return answer;
    }

    private static ChatResponseUpdate Update(AIContent content) =>
        new(ChatRole.Assistant, [content]) { ResponseId = "response", MessageId = "message", ModelId = "model" };

    private sealed class ReadyStream(ChatResponseUpdate[] updates) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        private int _index = -1;

        public ChatResponseUpdate Current => updates[_index];

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(++_index < updates.Length);

        public ValueTask DisposeAsync() => default;
    }
}
