using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
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

    public static MatrixTheoryData<string, OddPoint> StagesAtEveryOpening => new(Names, Openings);

    public static MatrixTheoryData<string, OddPoint, bool> StagesAtEveryOpeningInBothMethods => new(Names, Openings, [true, false]);

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
    [MemberData(nameof(StagesAtEveryOpening))]
    public async Task Stream_FailedOnce_IsOver(string stage, OddPoint point)
    {
        if (stage is "UseStreamingValidation" || point is OddPoint.Call or OddPoint.Enumerator)
        {
            Assert.Skip("no enumerator of the stage's own, or none in every stage");
        }

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
    public async Task Stream_DisposedBeforeItsFirstRead_SendsNothing(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        await updates.DisposeAsync();
        await updates.DisposeAsync();

        Assert.False(await updates.MoveNextAsync());
        Assert.Empty(inner.Calls);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposedTwice_DisposesTheInnerOnce(string stage)
    {
        var inner = new OddChatClient();
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await updates.DisposeAsync();
        int once = inner.Disposals;
        await updates.DisposeAsync();

        Assert.Equal(1, once);
        Assert.Equal(stage is "UseStreamingValidation" ? 2 : 1, inner.Disposals);
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
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposalOfTheInnerFails_AllIsDeliveredAndItIsThrown(string stage)
    {
        var thrown = new InvalidOperationException("x");
        var inner = new OddChatClient(OddPoint.Disposal, _ => thrown);
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(client, received, Token));

        Assert.Same(thrown, exception);
        Assert.Equal("ab", string.Concat(received));
        Assert.Equal(1, inner.Disposals);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposalFailsAfterBreak_LeavesNoTimer(string stage)
    {
        var inner = new OddChatClient(OddPoint.Disposal, _ => new InvalidOperationException("x"));
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await updates.DisposeAsync());

        Assert.Equal(1, inner.Disposals);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [InlineData("UseStreamingErrors")]
    [InlineData("UseStreaming basic")]
    public async Task Stream_ReadAndDisposalFail_TheFirstFailureIsThrown(string stage)
    {
        var inner = new OddChatClient(OddPoint.SecondUpdateAndDisposal, _ => Reset());
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received, Token));

        Assert.Equal((ChatErrorKind.Truncated, "a"), (exception.Kind, exception.Partial));
        Assert.Equal(["a"], received);
        Assert.Equal(1, inner.Disposals);
    }

    [Theory]
    [InlineData("UseStreamingErrors")]
    [InlineData("UseStreaming basic")]
    [InlineData("UseStreaming enhanced")]
    public async Task Stream_DisposalFailsByTheTransport_IsOfTheFamily(string stage)
    {
        using IChatClient client = Over(stage, new OddChatClient(OddPoint.Disposal, _ => Reset()));
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received, Token));

        Assert.Equal((ChatErrorKind.Truncated, "ab"), (exception.Kind, exception.Partial));
        Assert.Equal("ab", string.Concat(received));
    }

    private static IOException Reset() => new("Connection reset by peer");

    private static bool Sums(string stage) => stage is "UseStreamingMetadata" or "UseStreaming enhanced";

    private static bool Counts(string stage) => stage is "UseStreamingUsage" or "UseStreaming enhanced";

    private IChatClient Over(string stage, IChatClient inner) => AllStages.Named(stage).Over(inner, _time);

    private static async Task AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken)
    {
        if (streaming)
        {
            await ReadAsync(client, [], cancellationToken);
        }
        else
        {
            await client.GetResponseAsync("hi", cancellationToken: cancellationToken);
        }
    }

    private static async Task ReadAsync(IChatClient client, List<string> received, CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
        {
            if (update.Text.Length > 0)
            {
                received.Add(update.Text);
            }
        }
    }
}
