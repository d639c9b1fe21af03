using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class CommitGateTests
{
    public static TheoryData<string, AIContent, bool> Contents => new()
    {
        { "text", new TextContent("a"), true },
        { "blank", new TextContent(" "), true },
        { "empty text", new TextContent(""), false },
        { "reasoning", new TextReasoningContent("hm"), true },
        { "empty reasoning", new TextReasoningContent(""), false },
        { "hidden reasoning", new TextReasoningContent("") { ProtectedData = "opaque" }, true },
        { "tool call", new FunctionCallContent("c1", "f"), true },
        { "tool result", new FunctionResultContent("c1", "r"), true },
        { "data", new DataContent(new byte[] { 1 }, "image/png"), true },
        { "error", new ErrorContent("refused"), true },
        { "usage", new UsageContent(new UsageDetails { InputTokenCount = 1 }), false },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Contents))]
    public void Take_Content_CommitsWhenItIsOfTheAnswer(string what, AIContent content, bool commits)
    {
        var gate = new CommitGate();

        bool committed = gate.Take(new ChatResponseUpdate(ChatRole.Assistant, [content]));

        Assert.True(committed == commits, what);
        Assert.Single(gate.Held);
    }

    [Fact]
    public void Take_FinishReasonAlone_IsHeld()
    {
        var gate = new CommitGate();

        Assert.False(gate.Take(new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop }));
    }

    [Fact]
    public void Take_ManyUpdatesWithoutContent_CommitsAtTheBound()
    {
        var gate = new CommitGate();

        int taken = CountUntilCommitted(gate, () => new ChatResponseUpdate(ChatRole.Assistant, ""));

        Assert.Equal((CommitGate.MaxUpdates, CommitGate.MaxUpdates), (taken, gate.Held.Count));
    }

    [Theory]
    [InlineData("value")]
    [InlineData("key")]
    [InlineData("id")]
    public void Take_LargeUpdatesWithoutContent_CommitsAtTheBound(string where)
    {
        const int UpdatesToFill = 8;
        string large = new('x', CommitGate.MaxBytes / sizeof(char) / UpdatesToFill);
        var gate = new CommitGate();

        int taken = CountUntilCommitted(gate, () => new ChatResponseUpdate
        {
            ResponseId = where == "id" ? large : null,
            AdditionalProperties = where == "id" ? null : new AdditionalPropertiesDictionary { [where == "key" ? large : "k"] = where == "key" ? 1 : large },
        });

        Assert.InRange(taken, UpdatesToFill - 1, UpdatesToFill);
    }

    [Fact]
    public async Task Stream_PreambleThenContent_ReleasesItOnceAndInOrder()
    {
        ChatResponseUpdate[] sent = [new(ChatRole.Assistant, ""), new() { AdditionalProperties = new() { ["ping"] = 1 } }, new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, ""), new(ChatRole.Assistant, "b")];
        using CommitGateChatClient client = Over(sent.Aggregate(StreamScript.New(), (script, update) => script.Update(update)));

        List<ChatResponseUpdate> received = await client.ReadAsync();

        Assert.Equal(sent, received);
        Assert.All(sent.Zip(received), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task Stream_FirstContent_IsDelayedByNoUpdate()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("").Text("").Text("a").Silence());
        using var client = new CommitGateChatClient(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        for (int index = 0; index < 3; index++)
        {
            Assert.True(await updates.MoveNextAsync());
            Assert.Equal(3, inner.Calls[0].UpdatesPulled);
        }

        Assert.Equal("a", updates.Current.Text);
    }

    [Fact]
    public async Task Stream_WithoutContent_ReleasesWhatWasHeldAtItsEnd()
    {
        using CommitGateChatClient client = Over(StreamScript.New().Text("").Usage(1, 0).Finish());

        List<ChatResponseUpdate> received = await client.ReadAsync();

        Assert.Equal(3, received.Count);
        Assert.Equal(ChatFinishReason.Stop, received[^1].FinishReason);
    }

    [Fact]
    public async Task Stream_FailsBeforeContent_HandsOutNothing()
    {
        ChatProviderException thrown = Recovering.Failure(ChatErrorKind.Overloaded);
        using CommitGateChatClient client = Over(StreamScript.New().Text("").Usage(1, 0).Fault(thrown));
        List<ChatResponseUpdate> received = [];

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(received));

        Assert.Same(thrown, exception);
        Assert.Empty(received);
    }

    [Fact]
    public async Task Stream_FailsAfterContent_HandsItOutFirst()
    {
        using CommitGateChatClient client = Over(StreamScript.New().Text("").Text("a").Fault(Recovering.Failure(ChatErrorKind.Network)));
        List<ChatResponseUpdate> received = [];

        await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(received));

        Assert.Equal(["", "a"], received.Select(update => update.Text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stream_ConsumerBreaks_ClosesTheInnerStream(int taken)
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("").Text("a").Text("b").Silence());
        using IChatClient client = inner.AsBuilder().UseStreamingCommitGate().Build();
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        for (int index = 0; index < taken; index++)
        {
            Assert.True(await updates.MoveNextAsync());
        }

        await updates.DisposeAsync();

        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task Stream_CancelledWhileHeld_ClosesTheInnerStream()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(StreamScript.New().Text("").Silence());
        using var client = new CommitGateChatClient(inner);
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync(cancellationToken: caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task GetResponse_AnyAnswer_Passes()
    {
        using CommitGateChatClient client = Over(StreamScript.New().Text("").Text("a").Finish());

        ChatResponse response = await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal("a", response.Text);
    }

    [Fact]
    public void GetStreamingResponse_NoMessages_ThrowsAtTheCall()
    {
        using CommitGateChatClient client = Over(StreamScript.New());

        Assert.Throws<ArgumentNullException>(() => client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!));
    }

    private static CommitGateChatClient Over(StreamScript script) => new(new ScriptedChatClient(script));

    private static int CountUntilCommitted(CommitGate gate, Func<ChatResponseUpdate> create)
    {
        int taken = 1;
        while (!gate.Take(create()))
        {
            taken++;
        }

        return taken;
    }
}
