using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Integrity;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Integrity;

/// <summary>What the stage does around an answer: cancellation, abandonment, failure, calls at the same time.</summary>
public sealed class StreamingIntegrityCallTests
{
    // No test waits for it to pass; it ends a test that hangs.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hi")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_InnerFails_FailsAlike(bool streaming)
    {
        var fault = new HttpRequestException("Cut.");
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Fault(fault));
        using var client = new StreamingIntegrityChatClient(inner);

        Assert.Same(fault, await Assert.ThrowsAsync<HttpRequestException>(() => TextAsync(client, streaming)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Cancelled_KeepsTheToken(bool streaming)
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Silence());
        using var client = new StreamingIntegrityChatClient(inner);
        using var cancellation = new CancellationTokenSource();
        Task<string> answer = TextAsync(client, streaming, cancellation.Token);
        ScriptedChatCall call = await inner.WaitForCallAsync(0, TestContext.Current.CancellationToken).WaitAsync(Safety, TestContext.Current.CancellationToken);
        await call.Pending.WaitAsync(Safety, TestContext.Current.CancellationToken);

        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CancelledAndEndedQuietly_IsCancelled(bool streaming)
    {
        using var cancellation = new CancellationTokenSource();
        using IChatClient inner = new ScriptedChatClient(StreamScript.New().Text("Hello")).AsBuilder()
            .Use(
                (messages, options, next, _) => next.GetResponseAsync(messages, options, CancellationToken.None),
                (messages, options, next, _) => next.GetStreamingResponseAsync(messages, options, CancellationToken.None))
            .Build();
        using var client = new StreamingIntegrityChatClient(inner);
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TextAsync(client, streaming, cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Abandoned_DisposesTheInnerStreamWithoutAJudgement()
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Text("lo"));
        using var client = new StreamingIntegrityChatClient(inner);

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(Messages))
        {
            break;
        }

        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(1, inner.Calls[0].UpdatesPulled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OverAClientThatIgnoresItsToken_IsEndedByTheTimeoutStageOutside(bool streaming)
    {
        var time = new ManualTimeProvider();
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Hang());
        using var client = new StreamingTimeoutChatClient(
            new StreamingIntegrityChatClient(inner), new StreamingTimeoutOptions { Total = TimeSpan.FromMinutes(1) }, time);
        Task<string> answer = TextAsync(client, streaming);
        ScriptedChatCall call = await inner.WaitForCallAsync(0, TestContext.Current.CancellationToken).WaitAsync(Safety, TestContext.Current.CancellationToken);
        await call.Pending.WaitAsync(Safety, TestContext.Current.CancellationToken);

        await time.WaitForTimersAsync(1, TestContext.Current.CancellationToken).WaitAsync(Safety, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(1));
        await time.WaitForTimersAsync(1, TestContext.Current.CancellationToken).WaitAsync(Safety, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<ChatTimeoutException>(() => answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TwoAtATime_AreJudgedEachByItself(bool streaming)
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel"), StreamScript.New().Text("Hello").Finish());
        using var client = new StreamingIntegrityChatClient(inner);

        Task<string> cut = TextAsync(client, streaming);
        Task<string> whole = TextAsync(client, streaming);

        await Assert.ThrowsAsync<ChatStreamException>(() => cut);
        Assert.Equal("Hello", await whole);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ListChangedAfterwards_InnerSeesItAsItWas(bool streaming)
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hello").Finish());
        using var client = new StreamingIntegrityChatClient(inner);
        List<ChatMessage> messages = [.. Messages];
        IAsyncEnumerable<ChatResponseUpdate>? updates = streaming ? client.GetStreamingResponseAsync(messages) : null;
        Task<ChatResponse>? response = streaming ? null : client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        messages.Clear();
        await (response ?? updates!.ToChatResponseAsync(TestContext.Current.CancellationToken));

        Assert.Single(inner.Calls[0].Messages);
    }

    private static async Task<string> TextAsync(IChatClient client, bool streaming, CancellationToken cancellationToken = default) =>
        streaming
            ? (await client.GetStreamingResponseAsync(Messages, null, cancellationToken).ToChatResponseAsync(CancellationToken.None)).Text
            : (await client.GetResponseAsync(Messages, null, cancellationToken)).Text;
}
