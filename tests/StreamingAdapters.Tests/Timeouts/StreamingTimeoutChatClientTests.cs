using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Timeouts;

public sealed class StreamingTimeoutChatClientTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_NoContentWithinLimit_ThrowsFirstContentTimeout()
    {
        using StreamingTimeoutChatClient client = Over(StreamScript.New().Text("").Silence(), firstContent: 5 * Second);
        Task<List<string>> reading = ReadAsync(client);

        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(5 * Second);

        var exception = await Assert.ThrowsAsync<ChatTimeoutException>(() => reading);
        Assert.Equal((ChatTimeoutPhase.FirstContent, 5 * Second), (exception.Phase, exception.Limit));
        Assert.Equal("scripted", exception.Provider);
        Assert.Contains("00:00:05", exception.Message, StringComparison.Ordinal);
        Assert.Contains("FirstContent", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_SilenceAfterContent_DeliversItAndThrowsIdleTimeout()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using StreamingTimeoutChatClient client = Over(inner, firstContent: 5 * Second, idle: 2 * Second);
        List<string> received = [];

        Task<ChatTimeoutException> failure = Assert.ThrowsAsync<ChatTimeoutException>(() => ReadAsync(client, received));

        // The client reports its silence before the stage's clock runs.
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(2 * Second);

        Assert.Equal((ChatTimeoutPhase.Idle, 2 * Second), ((await failure).Phase, (await failure).Limit));
        Assert.Equal(["a"], received);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Fact]
    public async Task Stream_EmptyUpdatesWithoutContent_DoNotResetTheClock()
    {
        StreamScript keepAlives = StreamScript.New().Text("a").Delay(Second).Text("").Delay(Second).Usage(1, 1).Delay(Second).Text("").Delay(Second).Text("b").Finish();
        using StreamingTimeoutChatClient client = Over(keepAlives, idle: 2.5 * Second);
        List<string> received = [];

        Task<ChatTimeoutException> failure = Assert.ThrowsAsync<ChatTimeoutException>(() => ReadAsync(client, received));
        await AdvanceWhileAsync(failure, TimeSpan.FromSeconds(0.5), timers: 2);

        Assert.Equal(ChatTimeoutPhase.Idle, (await failure).Phase);
        Assert.InRange(_time.GetUtcNow() - ManualTimeProvider.DefaultStart, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(3));
        Assert.DoesNotContain("b", received);
    }

    [Fact]
    public async Task Stream_ContentWithinEachLimit_NeverExpires()
    {
        StreamScript slow = Enumerable.Range(0, 10).Aggregate(StreamScript.New(), (script, index) => script.Delay(Second).Text($"{index}")).Finish();
        using StreamingTimeoutChatClient client = Over(slow, firstContent: 1.5 * Second, idle: 1.5 * Second);

        Task<List<string>> reading = ReadAsync(client);
        await AdvanceWhileAsync(reading, Second, timers: 2);

        Assert.Equal("0123456789", string.Concat(await reading));
    }

    [Fact]
    public async Task Stream_ConsumerIsSlow_ItsTimeDoesNotCount()
    {
        StreamScript script = StreamScript.New().Text("a").Delay(Second).Text("b").Delay(Second).Text("c").Finish();
        using StreamingTimeoutChatClient client = Over(script, firstContent: 2 * Second, idle: 2 * Second, total: 3 * Second);
        List<string> received = [];

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            received.Add(update.Text);
            _time.Advance(TimeSpan.FromHours(1));
            AdvanceSoon(Second);
        }

        Assert.Equal("abc", string.Concat(received));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Total_AnswerTakesLonger_ThrowsTotalTimeout(bool streaming)
    {
        StreamScript slow = Enumerable.Range(0, 10).Aggregate(StreamScript.New(), (script, index) => script.Delay(Second).Text($"{index}")).Finish();
        using StreamingTimeoutChatClient client = Over(slow, total: 3.5 * Second);

        Task<ChatTimeoutException> failure = Assert.ThrowsAsync<ChatTimeoutException>(() => RunAsync(client, streaming, Token));
        await AdvanceWhileAsync(failure, TimeSpan.FromSeconds(0.5), timers: 2);

        Assert.Equal((ChatTimeoutPhase.Total, 3.5 * Second, ChatErrorKind.TotalTimeout), ((await failure).Phase, (await failure).Limit, (await failure).Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ClientIgnoresItsToken_TimesOutAfterTheGrace(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        using StreamingTimeoutChatClient client = Over(inner, total: 3 * Second);

        Task<ChatTimeoutException> failure = Assert.ThrowsAsync<ChatTimeoutException>(() => RunAsync(client, streaming, Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await AdvanceWhileAsync(failure, TimeSpan.FromMilliseconds(250), timers: 1);

        Assert.Equal(ChatTimeoutPhase.Total, (await failure).Phase);
        Assert.Equal(TimeSpan.FromSeconds(3.25), _time.GetUtcNow() - ManualTimeProvider.DefaultStart);
        Assert.False(inner.Calls[0].IsDisposed);
        inner.Dispose();
        await inner.Calls[0].Disposed.WaitAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerCancels_StaysHisCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using StreamingTimeoutChatClient client = Over(inner, 5 * Second, 5 * Second, 9 * Second);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();

        Assert.Equal(caller.Token, (await failure).CancellationToken);
        Assert.True(inner.Calls[0].IsCancelled);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerCancelsAndClockRunsOut_StaysHisCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        using StreamingTimeoutChatClient client = Over(inner, total: 2 * Second);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        await AdvanceWhileAsync(failure, 2 * Second, timers: 1);

        Assert.Equal(caller.Token, (await failure).CancellationToken);
        inner.Dispose();
    }

    [Fact]
    public async Task Stream_ConsumerBreaks_DisposesTheInnerStreamAndTheTimer()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Delay(Second).Text("b").Silence());
        using StreamingTimeoutChatClient client = Over(inner, 5 * Second, 5 * Second);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            if (update.Text is "b")
            {
                break;
            }

            AdvanceSoon(Second);
        }

        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_InnerFails_PassesTheSameException(bool streaming)
    {
        var thrown = new InvalidOperationException("boom");
        using StreamingTimeoutChatClient client = Over(StreamScript.New().Text("a").Fault(thrown), 5 * Second, 5 * Second, 5 * Second);

        Assert.Same(thrown, await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(client, streaming, Token)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ListChangedAfterwards_SendsWhatItWas(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using StreamingTimeoutChatClient client = Over(inner, 5 * Second);
        List<ChatMessage> messages = [new(ChatRole.User, "one")];

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, cancellationToken: Token);
        Task<ChatResponse>? response = streaming ? null : client.GetResponseAsync(messages, cancellationToken: Token);
        messages.Add(new ChatMessage(ChatRole.User, "two"));
        _ = await (response ?? stream.ToChatResponseAsync(Token));

        Assert.Equal("one", Assert.Single(inner.Calls[0].Messages).Text);
    }

    [Fact]
    public async Task Stream_TwoAtOnce_HaveClocksOfTheirOwn()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence(), StreamScript.New().Delay(4 * Second).Text("b").Finish());
        using StreamingTimeoutChatClient client = Over(inner, firstContent: 5 * Second, idle: 3 * Second);

        Task<ChatTimeoutException> first = Assert.ThrowsAsync<ChatTimeoutException>(() => ReadAsync(client));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        Task<List<string>> second = ReadAsync(client);
        await _time.WaitForTimersAsync(3, Token);
        _time.Advance(4 * Second);

        Assert.Equal(ChatTimeoutPhase.Idle, (await first).Phase);
        Assert.Equal("b", string.Concat(await second));
    }

    [Fact]
    public async Task GetResponse_FirstContentAndIdleAlone_DoNotCount()
    {
        StreamScript slow = StreamScript.New().Delay(9 * Second).Text("a").Finish();
        using StreamingTimeoutChatClient client = Over(slow, Second, Second);

        Task<ChatResponse> response = client.GetResponseAsync("hi", cancellationToken: Token);
        await AdvanceWhileAsync(response, 3 * Second, timers: 1);

        Assert.Equal("a", (await response).Text);
    }

    private StreamingTimeoutChatClient Over(StreamScript script, TimeSpan? firstContent = null, TimeSpan? idle = null, TimeSpan? total = null) =>
        Over(new ScriptedChatClient(_time, script), firstContent, idle, total);

    private StreamingTimeoutChatClient Over(IChatClient inner, TimeSpan? firstContent = null, TimeSpan? idle = null, TimeSpan? total = null) =>
        new(inner, new StreamingTimeoutOptions { FirstContent = firstContent, Idle = idle, Total = total }, _time);

    private static Task RunAsync(IChatClient client, bool streaming, CancellationToken cancellationToken) =>
        streaming
        ? ReadAsync(client, cancellationToken: cancellationToken)
        : Task.Run(() => client.GetResponseAsync("hi", cancellationToken: cancellationToken), CancellationToken.None);

    private static Task<List<string>> ReadAsync(IChatClient client, List<string>? received = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => CollectAsync(client, received ?? [], cancellationToken), CancellationToken.None);

    private static async Task<List<string>> CollectAsync(IChatClient client, List<string> received, CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
        {
            received.Add(update.Text);
        }

        return received;
    }

    // Moves the clock each time the code under test waits for it, until it is done. Without a context its continuations run inside Advance, so no step is too many.
    private async Task AdvanceWhileAsync(Task running, TimeSpan step, int timers)
    {
        while (!running.IsCompleted)
        {
            Task waits = _time.WaitForTimersAsync(timers, Token);
            if (await Task.WhenAny(running, waits) == waits)
            {
                _time.Advance(step);
            }
        }
    }

    // For the wait that begins when the consumer has come back.
    private void AdvanceSoon(TimeSpan by) => _ = _time.WaitForTimersAsync(2, Token).ContinueWith(_ => _time.Advance(by), Token, TaskContinuationOptions.None, TaskScheduler.Default);
}
