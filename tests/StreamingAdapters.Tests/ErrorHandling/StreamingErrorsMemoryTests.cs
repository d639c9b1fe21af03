using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Streams;

namespace StreamingAdapters.Tests.ErrorHandling;

[Collection(nameof(Alone))]
public sealed class StreamingErrorsMemoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ReadyUpdates_CostNothingEach(bool keepPartial)
    {
        using var few = new StreamingErrorsChatClient(new ReadyChatClient(1_000), new StreamingErrorsOptions { KeepPartial = keepPartial });
        using var many = new StreamingErrorsChatClient(new ReadyChatClient(10_000), new StreamingErrorsOptions { KeepPartial = keepPartial });
        _ = await many.AllocatedByStreamAsync() + await few.AllocatedByStreamAsync();

        long ofFew = await few.AllocatedByStreamAsync();
        long ofMany = await many.AllocatedByStreamAsync();

        Assert.Equal(ofFew, ofMany);
        Assert.InRange(ofMany, 1, 1_100);
    }

    [Fact]
    public async Task Stream_ThatFails_AllocatesItsPartialOnce()
    {
        using var client = new StreamingErrorsChatClient(new ReadyChatClient(10_000, new IOException("x")));
        await Assert.ThrowsAsync<ChatStreamException>(() => client.AllocatedByStreamAsync());

        long before = GC.GetAllocatedBytesForCurrentThread();
        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => client.AllocatedByStreamAsync());
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
}
