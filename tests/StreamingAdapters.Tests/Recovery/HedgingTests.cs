using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class HedgingTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_NoContentWithinTheDelay_StartsASecondAttemptThatWins()
    {
        var inner = new ScriptedChatClient(_time, Slow("late"), StreamScript.New().Text("").Text("early").Usage(10, 2).Finish());
        using StreamingRecoveryChatClient client = Over(inner);
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(2, Token);

        _time.Advance(Second - TimeSpan.FromTicks(1));
        int before = inner.Calls.Count;
        _time.Advance(TimeSpan.FromTicks(1));
        List<ChatResponseUpdate> updates = await reading;

        Assert.Equal((1, 2), (before, inner.Calls.Count));
        Assert.Equal("early", Recovering.TextOf(updates));
        Assert.All(updates, update => Assert.Equal(("response-2", "message-2"), (update.ResponseId, update.MessageId)));
        Assert.Equal(Second, _time.GetUtcNow() - ManualTimeProvider.DefaultStart);
        await AssertNothingIsLeftAsync(inner);
        Assert.True(inner.Calls[0].IsCancelled);
    }

    [Fact]
    public async Task Stream_FirstAttemptIsFasterAfterAll_WinsAndTheHedgeIsClosed()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Delay(2 * Second).Text("first").Finish(), StreamScript.New().Text("").Silence());
        using StreamingRecoveryChatClient client = Over(inner);
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(2, Token);

        _time.Advance(Second);
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);
        _time.Advance(Second);
        List<ChatResponseUpdate> updates = await reading;

        Assert.Equal("first", Recovering.TextOf(updates));
        Assert.All(updates, update => Assert.Equal("response-1", update.ResponseId));
        Assert.True(inner.Calls[1].IsCancelled);
        await AssertNothingIsLeftAsync(inner);
        Assert.Equal(
            [(ChatErrorKind.Cancelled, null), (null, null)],
            AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => (attempt.Kind, attempt.Decision)));
    }

    [Fact]
    public async Task Stream_LoserSaidItsUsage_IsInItsRecord()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Usage(10, 0).Delay(9 * Second).Text("late").Finish(), Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(inner);
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(2, Token);

        _time.Advance(Second);
        List<ChatResponseUpdate> updates = await reading;

        IReadOnlyList<AttemptRecord> attempts = AttemptRecord.ReadFrom(updates[0].AdditionalProperties);
        Assert.Equal((ChatErrorKind.Cancelled, Second, AttemptDecisions.Hedge, 10L), (attempts[0].Kind, attempts[0].Duration, attempts[0].Decision, attempts[0].Usage?.InputTokenCount));
        Assert.Equal((null, null, true), (attempts[1].Kind, attempts[1].Decision, attempts[1].IsDelivered));
    }

    [Fact]
    public async Task Stream_ContentWithinTheDelay_StartsNothing()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Delay(Second / 2).Text("a").Delay(9 * Second).Text("b").Finish());
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await ReadAsync(client);

        Assert.Equal("ab", Recovering.TextOf(updates));
        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_AnotherRoute_IsHedgedOnto()
    {
        var first = new ScriptedChatClient(_time, StreamScript.New().Text("").Silence());
        var second = new ScriptedChatClient(_time, Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));

        List<ChatResponseUpdate> updates = await ReadAsync(client, timers: 1);

        Assert.Equal("early", Recovering.TextOf(updates));
        Assert.Equal(["first", "second"], AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => attempt.Route));
        await AssertNothingIsLeftAsync(first);
    }

    [Fact]
    public async Task Stream_HedgeFails_FirstAttemptGoesOn()
    {
        var inner = new ScriptedChatClient(_time, Slow("late"), Recovering.Failing(ChatErrorKind.Overloaded));
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await ReadHedgedAsync(client, inner, hedge => hedge.Disposed);

        Assert.Equal("late", Recovering.TextOf(updates));
        Assert.Equal([ChatErrorKind.Overloaded, null], AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => attempt.Kind));
        Assert.Equal(2, inner.Calls.Count);
    }

    [Fact]
    public async Task Stream_FirstAttemptFailsWhileTheHedgeRuns_HedgeAnswers()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Delay(2 * Second).Fault(Recovering.Failure(ChatErrorKind.Network)), Slow("hedge"));
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await ReadHedgedAsync(client, inner, _ => _time.WaitForTimersAsync(2, Token));

        Assert.Equal("hedge", Recovering.TextOf(updates));
        Assert.Equal(2, inner.Calls.Count);
    }

    [Fact]
    public async Task Stream_BothFail_OneExceptionWithBothAttempts()
    {
        var inner = new ScriptedChatClient(
            _time, StreamScript.New().Delay(2 * Second).Fault(Recovering.Failure(ChatErrorKind.InvalidRequest)), Recovering.Failing(ChatErrorKind.InvalidRequest));
        using StreamingRecoveryChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => ReadHedgedAsync(client, inner, hedge => hedge.Disposed));

        Assert.Equal([ChatErrorKind.InvalidRequest, ChatErrorKind.InvalidRequest], AttemptRecord.ReadFrom(exception).Select(attempt => attempt.Kind!.Value));
        await AssertNothingIsLeftAsync(inner);
    }

    [Fact]
    public async Task Stream_FastFailure_IsForTheRetriesAndNoHedge()
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Network, TimeSpan.Zero), Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal([AttemptDecisions.Retry, null], AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => attempt.Decision));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Stream_AfterARateLimit_IsNotHedged()
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.RateLimited, TimeSpan.Zero), Slow("late"), Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await ReadAsync(client, timers: 1);

        Assert.Equal("late", Recovering.TextOf(updates));
        Assert.Equal(2, inner.Calls.Count);
    }

    [Fact]
    public async Task Stream_WhileACircuitIsOpen_IsNotHedged()
    {
        var first = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Authentication));
        var second = new ScriptedChatClient(_time, Slow("late"));
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));

        List<ChatResponseUpdate> updates = await ReadAsync(client);

        Assert.Equal("late", Recovering.TextOf(updates));
        Assert.Equal((1, 1), (first.Calls.Count, second.Calls.Count));
    }

    [Fact]
    public async Task Stream_LoserBreaksAsItIsCancelled_CountsForNoCircuit()
    {
        StreamScript broken = StreamScript.New().Content(() => new TextContent("")).Silence();
        var inner = new BreakingWhenCancelledChatClient(new ScriptedChatClient(_time, [.. Enumerable.Repeat<StreamScript[]>([broken, Recovering.Answering("a")], 5).SelectMany(pair => pair)]));
        using StreamingRecoveryChatClient client = Over(inner, options => (options.Circuit.MinimumThroughput, options.Circuit.FailureRatio) = (2, 0.1));

        for (int call = 0; call < 5; call++)
        {
            Assert.Equal("a", Recovering.TextOf(await ReadAsync(client, timers: 1)));
        }

        Assert.False(Assert.Single(client.GetService<RecoveryCircuits>()!.States).IsOpen);
    }

    [Fact]
    public async Task Stream_LoserIgnoresItsToken_HoldsNobodyUp()
    {
        var first = new ScriptedChatClient(_time, StreamScript.New().Hang());
        var second = new ScriptedChatClient(_time, Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));

        List<ChatResponseUpdate> received = [];
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync(received);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(Second);
        await _time.WaitForTimersAsync(1, Token);
        string text = Recovering.TextOf(received);
        await _time.AdvanceWhileAsync(reading, UpdateReader.Grace);
        await reading;
        first.Dispose();

        // The whole answer is there before the grace, which only its end waits for.
        Assert.Equal("early", text);
        Assert.Equal(Second + UpdateReader.Grace, _time.GetUtcNow() - ManualTimeProvider.DefaultStart);
        await AssertNothingIsLeftAsync(first);
    }

    [Fact]
    public async Task Stream_LoserOpensAsItIsLeft_IsClosed()
    {
        var content = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        IChatClient late = Substitute.For<IChatClient>();
        late.GetStreamingResponseAsync([], null, default).ReturnsForAnyArgs(LateAsync(content.Task, closed));
        var second = new ScriptedChatClient(_time, Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(late, options => options.Routes.Add(Recovering.RouteTo(second, "second")));
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(Second);
        await _time.WaitForTimersAsync(1, Token);

        // The answer is at its end, and waits for the one that it left.
        content.SetResult();

        Assert.Equal("early", Recovering.TextOf(await reading));
        Assert.True(closed.Task.IsCompleted);
    }

    [Fact]
    public async Task GetResponse_Slow_IsNotHedged()
    {
        var inner = new ScriptedChatClient(_time, Slow("late"), Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(inner);

        Task<ChatResponse> asking = client.AskAsync(streaming: false);
        await _time.AdvanceWhileAsync(asking, Second);

        Assert.Equal(("late", 1), ((await asking).Text, inner.Calls.Count));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> LateAsync(Task content, TaskCompletionSource closed)
    {
        try
        {
            await content;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "late");
        }
        finally
        {
            closed.SetResult();
        }
    }

    private static StreamScript Slow(string text) => StreamScript.New().Text("").Delay(9 * Second).Text(text).Finish();

    private async Task AssertNothingIsLeftAsync(ScriptedChatClient inner)
    {
        await Task.WhenAll(inner.Calls.Select(call => call.Disposed)).WaitAsync(Token);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private StreamingRecoveryChatClient Over(IChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Primary = { Name = "first" }, Hedging = { Enabled = true, Delay = Second, Budget = 1 } };
        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }

    private async Task<List<ChatResponseUpdate>> ReadHedgedAsync(StreamingRecoveryChatClient client, ScriptedChatClient inner, Func<ScriptedChatCall, Task> until)
    {
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(2, Token);
        _time.Advance(Second);
        await until(await inner.WaitForCallAsync(1, Token)).WaitAsync(Token);
        await _time.AdvanceWhileAsync(reading, TimeSpan.FromMilliseconds(100));
        return await reading;
    }

    // The slow attempt sets a timer, and so does what may be a hedge.
    private async Task<List<ChatResponseUpdate>> ReadAsync(StreamingRecoveryChatClient client, int timers = 2)
    {
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.AdvanceWhileAsync(reading, TimeSpan.FromMilliseconds(100), timers);
        return await reading;
    }
}
