using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

/// <summary>A cache below hashes the messages that it is handed, as whatever type they are; nothing is serialized by reflection here.</summary>
public sealed class CacheKeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_OfWhatAStageHandsInward_IsTheOneWithoutStageAndMetadata(bool streaming)
    {
        var model = new ScriptedChatClient(StreamScript.New().Text("Hello").Finish());
        var cache = new KeyingChatClient(model);
        using var client = new StreamingMetadataChatClient(cache, timeProvider: new ManualTimeProvider());
        ChatResponse answer = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);
        ChatMessage[] with = [new(ChatRole.User, "hi"), answer.Messages[0], new(ChatRole.User, "more")];
        ChatMessage[] without = [with[0], with[1].StripStreamingMetadata(), with[2]];

        await AskAsync(client, with);
        await AskAsync(client, without);
        await AskAsync(cache, without);

        Assert.NotSame(with[1], without[1]);
        Assert.Equal(4, cache.Keys.Count);
        Assert.Equal(cache.Keys[3], cache.Keys[1]);
        Assert.Equal(cache.Keys[3], cache.Keys[2]);
        Assert.NotEqual(cache.Keys[0], cache.Keys[1]);

        Task<ChatResponse> AskAsync(IChatClient asked, ChatMessage[] messages) => streaming
            ? asked.GetStreamingResponseAsync(messages, cancellationToken: Token).ToChatResponseAsync(Token)
            : asked.GetResponseAsync(messages, cancellationToken: Token);
    }

    private sealed class KeyingChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
    {
        public List<string> Keys { get; } = [];

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Keys.Add(AIJsonUtilities.HashDataToString([messages, options]));
            return base.GetResponseAsync(messages, options, cancellationToken);
        }

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Keys.Add(AIJsonUtilities.HashDataToString([messages, options]));
            return base.GetStreamingResponseAsync(messages, options, cancellationToken);
        }
    }
}
