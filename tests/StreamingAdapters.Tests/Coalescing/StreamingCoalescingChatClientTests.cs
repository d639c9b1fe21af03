using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Streams;

namespace StreamingAdapters.Tests.Coalescing;

public sealed class StreamingCoalescingChatClientTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    [Fact]
    public async Task GetStreamingResponseAsync_ReadyText_ComesAsTheFirstContentAndTheRest()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Text("").Text("Hel").Text("lo").Text(" world").Usage(1, 2).Finish());
        using var client = new StreamingCoalescingChatClient(inner, timeProvider: _time);

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hello", cancellationToken: _caller.Token).ToArrayAsync(_caller.Token);

        Assert.Equal(["", "Hel", "lo world", "", ""], updates.Select(update => update.Text));
        Assert.IsType<UsageContent>(Assert.Single(updates[3].Contents));
        Assert.Equal(ChatFinishReason.Stop, updates[4].FinishReason);
        Assert.All(updates, update => Assert.Equal(("message-1", "response-1", "scripted"), (update.MessageId, update.ResponseId, update.ModelId)));
        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_AnyUpdates_GiveTheSameAnswer()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            StreamScript script = RandomUpdates.Make(seed).Aggregate(StreamScript.New(), (script, update) => script.Update(update));
            using var client = new StreamingCoalescingChatClient(Inner(script), timeProvider: _time);

            ChatResponse response = await client.GetStreamingResponseAsync("hello", cancellationToken: _caller.Token).ToChatResponseAsync(_caller.Token);

            Assert.Equal(ResponseJson.Of(RandomUpdates.Make(seed)), ResponseJson.Of(response));
        }
    }

    [Fact]
    public async Task GetStreamingResponseAsync_IntervalOver_HandsOutWhileTheReadWaits()
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(StreamScript.New().Text("a").Text("Hel").Text("lo").Delay(Interval * 3).Text("!").Finish());

        Assert.Equal("a", await NextAsync(updates));
        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await waiting);
        Assert.Equal("Hell", updates.Current.Text);

        // The last grapheme waits for one more interval.
        waiting = updates.MoveNextAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(Interval);
        Assert.True(await waiting);
        Assert.Equal("o", updates.Current.Text);

        waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval);
        Assert.True(await waiting);
        Assert.Equal("!", updates.Current.Text);
        Assert.Equal("", await NextAsync(updates));
        Assert.False(await updates.MoveNextAsync());
    }

    [Fact]
    public async Task GetStreamingResponseAsync_SlowSource_PassesTheSameInstances()
    {
        ChatResponseUpdate[] given = [Merging.Text("a"), Merging.Text("b"), Merging.Text("c")];
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(given.Aggregate(StreamScript.New(), (script, update) => script.Update(update).Delay(Interval * 4)));
        Assert.Equal("a", await NextAsync(updates));

        foreach (ChatResponseUpdate update in given[1..])
        {
            Task<bool> waiting = updates.MoveNextAsync().AsTask();
            _time.Advance(Interval * 5);

            Assert.True(await waiting);
            Assert.Same(update, updates.Current);
        }
    }

    [Fact]
    public async Task GetStreamingResponseAsync_HalfAPair_WaitsForItsOtherHalf()
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(StreamScript.New().Text("a").Text("\uD83D").Delay(Interval * 10).Text("\uDC4D").Silence());
        Assert.Equal("a", await NextAsync(updates));

        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval * 9);
        Assert.False(waiting.IsCompleted);
        _time.Advance(Interval);
        _time.Advance(Interval);
        _time.Advance(Interval);

        Assert.True(await waiting);
        Assert.Equal("👍", updates.Current.Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_NoInterval_HoldsUntilTheEnd()
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(StreamScript.New().Text("a").Text("b").Delay(TimeSpan.FromHours(1)).Text("c"), new() { Interval = null });
        Assert.Equal("a", await NextAsync(updates));

        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await waiting);
        Assert.Equal("bc", updates.Current.Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_SourceThatComputesWithoutWaiting_HandsOutInTime()
    {
        using var inner = new ComputingChatClient(() => _time.Advance(Interval / 5), 23);
        using var client = new StreamingCoalescingChatClient(inner, timeProvider: _time);

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hello", cancellationToken: _caller.Token).ToArrayAsync(_caller.Token);

        Assert.Equal(23, updates.Sum(update => update.Text.Length));
        Assert.InRange(updates.Length, 4, 6);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_UnitHandedOut_BeginsANewInterval()
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(StreamScript.New().Text("a").Text("b c").Delay(Interval * 0.6).Text(" d").Silence(), new() { Unit = CoalescingUnit.Word });
        Assert.Equal("a", await NextAsync(updates));
        Assert.Equal("b", await NextAsync(updates));
        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval * 0.6);
        Assert.True(await waiting);
        Assert.Equal(" c", updates.Current.Text);

        waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval * 0.8);
        Assert.False(waiting.IsCompleted);
        _time.Advance(Interval * 0.2);

        Assert.True(await waiting);
        Assert.Equal(" d", updates.Current.Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ConsumerIsSlow_HandsOutWhatIsOverdue()
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(StreamScript.New().Text("Hel").Text("lo wor").Silence(), new() { Unit = CoalescingUnit.Word });
        Assert.Equal("Hel", await NextAsync(updates));
        Assert.Equal("lo", await NextAsync(updates));
        _time.Advance(Interval);

        Assert.Equal(" wor", await NextAsync(updates));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_TwoCallsAtOnce_DoNotMix()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Text("a").Text("b").Text("c").Silence(), StreamScript.New().Text("x").Reasoning("y").Reasoning("z").Silence());
        using var client = new StreamingCoalescingChatClient(inner, timeProvider: _time);
        await using IAsyncEnumerator<ChatResponseUpdate> first = client.GetStreamingResponseAsync("one", cancellationToken: _caller.Token).GetAsyncEnumerator(_caller.Token);
        await using IAsyncEnumerator<ChatResponseUpdate> second = client.GetStreamingResponseAsync("two", cancellationToken: _caller.Token).GetAsyncEnumerator(_caller.Token);

        Assert.Equal("a", await NextAsync(first));
        Assert.Equal("x", await NextAsync(second));
        Task<bool> firstWaits = first.MoveNextAsync().AsTask();
        Task<bool> secondWaits = second.MoveNextAsync().AsTask();
        _time.Advance(Interval);

        Assert.True(await firstWaits);
        Assert.True(await secondWaits);
        Assert.Equal(("b", "message-1"), (first.Current.Text, first.Current.MessageId));
        Assert.Equal(("y", "message-2"), (Assert.IsType<TextReasoningContent>(Assert.Single(second.Current.Contents)).Text, second.Current.MessageId));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ManyReadyUpdates_SetFewTimers()
    {
        var time = new CountingTimeProvider();
        StreamScript script = Enumerable.Range(0, 1_000).Aggregate(StreamScript.New(), (script, _) => script.Text(" word"));
        using var client = new StreamingCoalescingChatClient(Inner(script), new() { Unit = CoalescingUnit.Word }, time);

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hello", cancellationToken: _caller.Token).ToArrayAsync(_caller.Token);

        Assert.Equal(1_000, updates.Length);
        Assert.Equal(1, time.Timers);
        Assert.Equal(1, time.Changes);
    }

    public void Dispose() => _caller.Dispose();

    private ScriptedChatClient Inner(params StreamScript[] scripts) => new(_time, scripts);

    private IAsyncEnumerator<ChatResponseUpdate> Stream(StreamScript script, StreamingCoalescingOptions? options = null) => Stream(Inner(script), options);

    private IAsyncEnumerator<ChatResponseUpdate> Stream(ScriptedChatClient inner, StreamingCoalescingOptions? options = null) =>
        new StreamingCoalescingChatClient(inner, options, _time).GetStreamingResponseAsync("hello", cancellationToken: _caller.Token).GetAsyncEnumerator(_caller.Token);

    private static async Task<string> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        Assert.True(await updates.MoveNextAsync());
        return updates.Current.Text;
    }
}
