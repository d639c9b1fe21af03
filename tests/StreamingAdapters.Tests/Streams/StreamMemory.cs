using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Streams;

internal static class StreamMemory
{
    /// <summary>The bytes that one stream allocates. Everything has to be at hand, so that nothing leaves the thread that counts.</summary>
    public static async Task<long> AllocatedByStreamAsync(this IChatClient client)
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
}
