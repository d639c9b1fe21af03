using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Stages;

/// <summary>What holds for every stage, in both methods.</summary>
public sealed class StageContractTests
{
    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<string, bool> StagesInBothMethods => new([.. AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name)], [true, false]);

    public static TheoryData<string> Stages => [.. AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_Completes_GivesTheAnswerAndEndsTheInnerCall(string stage, bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("Hel").Reasoning("hm").Text("lo").ToolCall("c1", "f").Usage(3, 2).Finish());
        using IChatClient client = Over(stage, inner);

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(5, response.Usage?.TotalTokenCount);
        Assert.Equal("c1", Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()).CallId);
        Assert.Equal(("response-1", "scripted"), (response.ResponseId, response.ModelId));
        Assert.Equal(streaming, Assert.Single(inner.Calls).IsStreaming);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_NotEnumerated_SendsNothing(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync("hi", cancellationToken: Token);
        int before = inner.Calls.Count;
        _ = await stream.ToChatResponseAsync(Token);

        Assert.Equal((0, 1), (before, inner.Calls.Count));
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_BeforeFirstContent_HandsOutNothingAndPullsOneAtATime(string stage)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        using IChatClient client = Over(stage, inner);

        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(Token);
        Task<bool> first = updates.MoveNextAsync().AsTask();
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        Assert.False(first.IsCompleted);
        Assert.Equal(0, inner.Calls[0].UpdatesPulled);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_FirstContent_PassesAtOnce(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Over(stage, inner);

        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(Token);

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("a", updates.Current.Text);
        Assert.Equal(ManualTimeProvider.DefaultStart, _time.GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_CallerCancelsWhileItWaits_IsHisCancellationAndEndsTheInnerCall(string stage, bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(client, streaming, received, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();

        Assert.Equal(caller.Token, (await failure).CancellationToken);
        Assert.Equal(streaming ? ["a"] : [], received);
        Assert.True(inner.Calls[0].IsCancelled);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_TokenOfTheEnumeration_Cancels(string stage)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Over(stage, inner);

        Task reading = Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi").WithCancellation(caller.Token))
            {
                Assert.Equal("a", update.Text);
            }
        });
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        await reading;

        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_ConsumerBreaks_EndsTheInnerCallAtOnce(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Text("b").Silence());
        using IChatClient client = Over(stage, inner);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            Assert.Equal("a", update.Text);
            break;
        }

        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_InnerFails_DeliversWhatCameAndThrowsOnce(string stage, bool streaming)
    {
        var thrown = new InvalidOperationException("of the application's own code");
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Text("b").Fault(thrown));
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(client, streaming, received, Token));

        Assert.Same(thrown, exception);
        Assert.Equal(streaming ? "ab" : "", string.Concat(received));
        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_CancelledOverAClientThatIgnoresIt_EndsAtTheLatestWithTheClient(string stage, bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        using IChatClient client = Over(stage, inner);

        Task<Exception?> failure = Record.ExceptionAsync(() => Task.Run(() => AskAsync(client, streaming, [], caller.Token), Token)).AsTask();
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        if (AllStages.Named(stage).Abandons)
        {
            while (!failure.IsCompleted)
            {
                await Task.WhenAny(failure, _time.WaitForTimersAsync(1, Token));
                _time.Advance(UpdateReader.Grace);
            }

            Assert.Equal(caller.Token, Assert.IsAssignableFrom<OperationCanceledException>(await failure).CancellationToken);
            Assert.False(inner.Calls[0].IsDisposed);
        }

        inner.Dispose();
        Assert.NotNull(await failure);
        await inner.Calls[0].Disposed.WaitAsync(Token);
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_TwoAtOnce_DoNotMix(string stage, bool streaming)
    {
        // The stages' own clock stands still: none of their limits is what this is about.
        var pace = new ManualTimeProvider();
        var inner = new ScriptedChatClient(pace, StreamScript.New().Text("a").Delay(TimeSpan.FromSeconds(2)).Text("b").Finish(), StreamScript.New().Text("c").Delay(TimeSpan.FromSeconds(1)).Text("d").Finish());
        using IChatClient client = Over(stage, inner);
        Task<ChatResponse> first = Task.Run(() => AskAsync(client, streaming), Token);
        await pace.WaitForTimersAsync(1, Token);
        Task<ChatResponse> second = Task.Run(() => AskAsync(client, streaming), Token);
        await pace.WaitForTimersAsync(2, Token);

        pace.Advance(TimeSpan.FromSeconds(1));
        ChatResponse earlier = await second;
        pace.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(("ab", "cd"), ((await first).Text, earlier.Text));
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_ListChangedAfterwards_SendsWhatItWas(string stage, bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);
        List<ChatMessage> messages = [new(ChatRole.User, "one")];

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, cancellationToken: Token);
        Task<ChatResponse>? response = streaming ? null : client.GetResponseAsync(messages, cancellationToken: Token);
        messages.Add(new ChatMessage(ChatRole.User, "two"));
        _ = await (response ?? stream.ToChatResponseAsync(Token));

        Assert.Same(messages[0], Assert.Single(inner.Calls[0].Messages));
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_Options_AreHandedOnAndNotChanged(string stage, bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);
        var options = new ChatOptions { ModelId = "m", Temperature = 0.5f };

        _ = streaming
            ? await client.GetStreamingResponseAsync("hi", options, Token).ToChatResponseAsync(Token)
            : await client.GetResponseAsync("hi", options, Token);

        Assert.Same(options, inner.Calls[0].Options);
        Assert.Null(options.AdditionalProperties);
    }

    private IChatClient Over(string stage, IChatClient inner) => AllStages.Named(stage).Over(inner, _time);

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming) => AskAsync(client, streaming, [], Token);

    private static async Task<ChatResponse> AskAsync(IChatClient client, bool streaming, List<string> received, CancellationToken cancellationToken)
    {
        if (!streaming)
        {
            return await client.GetResponseAsync("hi", cancellationToken: cancellationToken);
        }

        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
        {
            updates.Add(update);
            if (update.Text.Length > 0)
            {
                received.Add(update.Text);
            }
        }

        return updates.ToChatResponse();
    }
}
