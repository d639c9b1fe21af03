using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace StreamingAdapters.Interop.Tests;

public sealed class DistributedCacheTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseDistributedCache_SameQuestionTwice_AnswersFromTheCache(bool streaming)
    {
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using var inner = new ToolCallingChatClient();
        using IChatClient client = inner.AsBuilder().UseDistributedCache(cache).Build();

        ChatResponse first = await AskAsync("Same question?");
        ChatResponse second = await AskAsync("Same question?");
        ChatResponse other = await AskAsync("Another question?");

        Assert.Equal(first.Text, second.Text);
        Assert.NotEqual(first.Text, other.Text);
        Assert.Equal(2, inner.Calls);

        Task<ChatResponse> AskAsync(string question) => streaming
            ? client.GetStreamingResponseAsync(question).ToChatResponseAsync()
            : client.GetResponseAsync(question);
    }
}
