using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace CustomMiddleware.Tests;

public class RedactionChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WordCutByUpdates_IsHiddenAndTheRestStays(bool streaming)
    {
        using IChatClient client = Over(StreamScript.New().Text("Al").Text("ice and A").ToolCall("c1", "find").Usage(1, 2).Finish());

        ChatResponse response = streaming
            ? await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token)
            : await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal("[hidden] and A", response.Text);
        Assert.Equal(("response-1", 3L, ChatFinishReason.Stop), (response.ResponseId, response.Usage!.TotalTokenCount, response.FinishReason));
        Assert.Equal([typeof(TextContent), typeof(FunctionCallContent)], response.Messages.Single().Contents.Select(content => content.GetType()));
    }

    [Fact]
    public async Task Stream_WithoutFinishReason_GivesWhatWasHeld()
    {
        using IChatClient client = Over(StreamScript.New().Text("Al"));

        ChatResponse response = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal("Al", response.Text);
    }

    [Fact]
    public async Task Stream_UpdateWithoutText_IsTheSameInstance()
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails())]);
        using IChatClient client = Over(StreamScript.New().Update(update));

        Assert.Same(update, await client.GetStreamingResponseAsync("hi", cancellationToken: Token).SingleAsync(Token));
    }

    [Fact]
    public async Task Stream_LeftByBreak_EndsTheInnerCall()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish());
        using IChatClient client = inner.AsBuilder().UseRedaction(options => options.Words = ["Alice"]).Build();

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            break;
        }

        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(1, inner.Calls[0].UpdatesPulled);
    }

    [Fact]
    public void UseRedaction_NoWords_AddsNothing()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        Assert.Same(inner, inner.AsBuilder().UseRedaction(_ => { }).Build());
        Assert.Throws<ArgumentException>("options", () => inner.AsBuilder().UseRedaction(options => options.Words = [""]));
    }

    private static IChatClient Over(StreamScript script) => new ScriptedChatClient(script).AsBuilder().UseRedaction(options => options.Words = ["Alice"]).Build();
}
