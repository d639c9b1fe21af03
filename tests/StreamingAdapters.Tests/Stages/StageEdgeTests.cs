using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Stages;

/// <summary>What no stage may get wrong over clients, and in the hands of consumers, that are out of the ordinary.</summary>
public sealed class StageEdgeTests
{
    private static readonly OddPoint[] Openings = [OddPoint.Call, OddPoint.Enumerator, OddPoint.Read, OddPoint.FirstUpdate];

    private readonly ManualTimeProvider _time = new();

    // The validation stage hands out the inner client's own stream.
    public static MatrixTheoryData<string, OddPoint> StagesAtTheFirstRead => new([.. Names.Where(name => name != "UseStreamingValidation")], [OddPoint.Read, OddPoint.FirstUpdate]);

    public static MatrixTheoryData<string, OddPoint, bool> StagesAtEveryOpeningInBothMethods => new(Names, Openings, [true, false]);

    public static MatrixTheoryData<string, bool> StagesInBothMethods => new(Names, [true, false]);

    public static MatrixTheoryData<string, bool> StagesUnderEitherToken => new(Names, [true, false]);

    public static TheoryData<string> Stages => [.. Names];

    private static string[] Names => [.. AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(StagesAtEveryOpeningInBothMethods))]
    public async Task Call_InnerFailsBeforeItsFirstUpdate_ThrowsItAndLeavesNothing(string stage, OddPoint point, bool streaming)
    {
        var thrown = new InvalidOperationException("of the application's own code");
        var inner = new OddChatClient(point, _ => thrown);
        using IChatClient client = Over(stage, inner);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(client, streaming, Token));

        Assert.Same(thrown, exception);
        Assert.Equal(inner.Enumerators, inner.Disposals);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Equal(Sums(stage), exception.GetStreamSummary()?.Outcome is StreamOutcome.Failed);
        Assert.Equal(Counts(stage), exception.GetUsage()?.Outcome is StreamOutcome.Failed);
    }

    [Theory]
    [MemberData(nameof(StagesAtEveryOpeningInBothMethods))]
    public async Task Call_TokenIsCancelledBefore_IsTheCallersCancellation(string stage, OddPoint point, bool streaming)
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        var inner = new OddChatClient(point, token => new OperationCanceledException(token));
        using IChatClient client = Over(stage, inner);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(client, streaming, caller.Token));

        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.Equal(inner.Enumerators, inner.Disposals);
        Assert.Equal(Sums(stage), exception.GetStreamSummary()?.Outcome is StreamOutcome.Cancelled);
        Assert.Equal(Counts(stage), exception.GetUsage()?.Outcome is StreamOutcome.Cancelled);
    }

    [Theory]
    [MemberData(nameof(StagesAtTheFirstRead))]
    public async Task Stream_FailedOnce_IsOver(string stage, OddPoint point)
    {
        using IChatClient client = Over(stage, new OddChatClient(point, _ => new InvalidOperationException("x")));
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await updates.MoveNextAsync());

        Assert.False(await updates.MoveNextAsync());
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_CancelledBetweenTwoReads_EndsWithTheNext(string stage)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Text("b").Text("c").Finish());
        using IChatClient client = Over(stage, inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await caller.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());

        Assert.Equal(Sums(stage), exception.GetStreamSummary()?.Outcome is StreamOutcome.Cancelled);
        Assert.Equal(Counts(stage), exception.GetUsage()?.Outcome is StreamOutcome.Cancelled);
        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_CancelledBetweenTwoReadsOfAWait_KeepsTheCallersToken(string stage)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Over(stage, inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(caller.Token);
        await updates.MoveNextAsync();

        await caller.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());

        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_EnumeratedTwice_IsTwoWholeCalls(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish(), StreamScript.New().Text("b").Finish());
        using IChatClient client = Over(stage, inner);
        List<ChatMessage> messages = [new(ChatRole.User, "one")];
        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, cancellationToken: Token);

        ChatResponse first = await stream.ToChatResponseAsync(Token);
        messages.Clear();
        ChatResponse second = await stream.ToChatResponseAsync(Token);

        Assert.Equal(("a", "b"), (first.Text, second.Text));
        Assert.Equal([1, 1], inner.Calls.Select(call => call.Messages.Count));
        Assert.Equal(Sums(stage), second.GetStreamSummary()?.StartedAt == ManualTimeProvider.DefaultStart);
    }

    [Theory]
    [MemberData(nameof(StagesUnderEitherToken))]
    public async Task Stream_TwoTokens_EitherCancels(string stage, bool cancelsCall)
    {
        using var ofCall = new CancellationTokenSource();
        using var ofEnumeration = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Over(stage, inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: ofCall.Token).GetAsyncEnumerator(ofEnumeration.Token);
        await updates.MoveNextAsync();

        Task<bool> next = updates.MoveNextAsync().AsTask();
        await inner.Calls[0].Pending.WaitAsync(Token);
        await (cancelsCall ? ofCall : ofEnumeration).CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);

        Assert.Equal(Sums(stage), exception.GetStreamSummary()?.Outcome is StreamOutcome.Cancelled);
        Assert.Equal(Counts(stage), exception.GetUsage()?.Outcome is StreamOutcome.Cancelled);
        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_MessagesOfAnIterator_AreReadOnceAtTheCall(string stage, bool streaming)
    {
        int reads = 0;
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);

        IAsyncEnumerable<ChatResponseUpdate>? stream = streaming ? client.GetStreamingResponseAsync(Messages(), cancellationToken: Token) : null;
        int atTheCall = reads;
        _ = stream is null ? await client.GetResponseAsync(Messages(), cancellationToken: Token) : await stream.ToChatResponseAsync(Token);

        Assert.Equal((streaming ? 1 : 0, 1), (atTheCall, reads));

        IEnumerable<ChatMessage> Messages()
        {
            reads++;
            yield return new ChatMessage(ChatRole.User, "one");
        }
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public void Call_NullMessages_ThrowsAtTheCall(string stage, bool streaming)
    {
        using IChatClient client = Over(stage, new ScriptedChatClient(_time, StreamScript.New()));

        Exception? exception = Record.Exception(() =>
        {
            _ = streaming ? client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!) : (object)client.GetResponseAsync((IEnumerable<ChatMessage>)null!);
        });

        Assert.Equal("messages", Assert.IsType<ArgumentNullException>(exception).ParamName);
    }

    private static bool Sums(string stage) => stage is "UseStreamingMetadata" or "UseStreaming enhanced";

    private static bool Counts(string stage) => stage is "UseStreamingUsage" or "UseStreaming enhanced";

    private IChatClient Over(string stage, IChatClient inner) => AllStages.Named(stage).Over(inner, _time);

    private static async Task AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken)
    {
        if (streaming)
        {
            await client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(cancellationToken);
        }
        else
        {
            await client.GetResponseAsync("hi", cancellationToken: cancellationToken);
        }
    }
}
