using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Coalescing;

/// <summary>How a coalesced stream ends before its end: by a fault, the caller, or a consumer that leaves.</summary>
public sealed class StreamingCoalescingChatClientEndTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GetStreamingResponseAsync_Fault_ComesAfterWhatWasReceived(int texts)
    {
        var fault = new InvalidOperationException("broken");
        StreamScript script = Enumerable.Range(0, texts).Aggregate(StreamScript.New(), (script, _) => script.Text("a")).Fault(fault);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(script);
        string text = "";

        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (await updates.MoveNextAsync())
            {
                text += updates.Current.Text;
            }
        });

        Assert.Same(fault, thrown);
        Assert.Equal(texts, text.Length);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Cancelled_DeliversWhatWasReceivedAndThrowsWithTheCallersToken()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Text("a").Text("b").Text("c").Silence());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(inner);
        Assert.Equal("a", await NextAsync(updates));
        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        await _caller.CancelAsync();

        Assert.True(await waiting);
        Assert.Equal("bc", updates.Current.Text);
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => updates.MoveNextAsync().AsTask());
        Assert.Equal(_caller.Token, thrown.CancellationToken);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_CancelledBeforeAnything_Throws()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Silence());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(inner);
        Task<bool> waiting = updates.MoveNextAsync().AsTask();

        await _caller.CancelAsync();

        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(_caller.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_CancelledOverAClientThatIgnoresIt_LeavesItAfterTheGrace()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Text("a").Text("b").Hang());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Stream(inner);
        Assert.Equal("a", await NextAsync(updates));
        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        await _caller.CancelAsync();
        Assert.True(await waiting);
        Assert.Equal("b", updates.Current.Text);

        Task<bool> ending = updates.MoveNextAsync().AsTask();
        await _time.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.False(ending.IsCompleted);
        _time.Advance(UpdateReader.Grace);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);
        Assert.False(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_LeftWhileAReadIsPending_CancelsAndDisposesAtOnce()
    {
        using ScriptedChatClient inner = Inner(StreamScript.New().Text("a").Text("b").Text("c").Silence());
        IAsyncEnumerator<ChatResponseUpdate> updates = Stream(inner);
        Assert.Equal("a", await NextAsync(updates));
        Task<bool> waiting = updates.MoveNextAsync().AsTask();
        _time.Advance(Interval);
        Assert.True(await waiting);
        Assert.Equal("b", updates.Current.Text);

        await updates.DisposeAsync();

        Assert.True(inner.Calls[0].IsCancelled);
        Assert.True(inner.Calls[0].IsDisposed);
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
