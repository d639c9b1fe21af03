using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.ErrorHandling;

[Collection(nameof(Alone))]
public sealed class StreamingErrorsMemoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ReadyUpdates_CostNothingEach(bool keepPartial)
    {
        using var few = new StreamingErrorsChatClient(new ReadyClient(1_000), new StreamingErrorsOptions { KeepPartial = keepPartial });
        using var many = new StreamingErrorsChatClient(new ReadyClient(10_000), new StreamingErrorsOptions { KeepPartial = keepPartial });
        _ = await AllocatedByAsync(many) + await AllocatedByAsync(few);

        long ofFew = await AllocatedByAsync(few);
        long ofMany = await AllocatedByAsync(many);

        Assert.Equal(ofFew, ofMany);
        Assert.InRange(ofMany, 1, 1_100);
    }

    [Fact]
    public async Task Stream_ThatFails_AllocatesItsPartialOnce()
    {
        using var client = new StreamingErrorsChatClient(new ReadyClient(10_000, new IOException("x")));
        await Assert.ThrowsAsync<ChatStreamException>(() => AllocatedByAsync(client));

        long before = GC.GetAllocatedBytesForCurrentThread();
        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => AllocatedByAsync(client));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(60_000, failure.Partial!.Length);
        Assert.InRange(allocated, 120_000, 180_000);
    }

    [Fact]
    public void Dispose_Twice_GivesTheBufferBackOnce()
    {
        var text = new PartialText();
        text.Append(new ChatResponseUpdate(ChatRole.Assistant, "word1 "));

        text.Dispose();
        text.Dispose();
        using var one = new PartialText();
        using var other = new PartialText();
        one.Append(new ChatResponseUpdate(ChatRole.Assistant, "one"));
        other.Append(new ChatResponseUpdate(ChatRole.Assistant, "other"));

        Assert.Equal(("", "one", "other"), (text.ToString(), one.ToString(), other.ToString()));
    }

    // Everything is at hand, so nothing leaves the thread that counts.
    private static async Task<long> AllocatedByAsync(StreamingErrorsChatClient client)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int thread = Environment.CurrentManagedThreadId;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([]))
        {
            Assert.NotNull(update);
        }

        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class ReadyClient(int count, Exception? end = null) : IChatClient
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
