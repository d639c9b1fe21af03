using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Limits;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Tests.Limits;

/// <summary>The limits on calls: who runs, who waits, who is refused.</summary>
public sealed class CallLimitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Concurrency_Full_RefusesAndSaysWhoseLimitItIs(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence(), StreamScript.New().Text("b").Finish());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { MaxConcurrency = 1 });
        using var caller = new CancellationTokenSource();
        Task<ChatResponse> running = AskAsync(client, streaming, caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        ChatStreamException refused = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming, Token));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        ChatResponse next = await AskAsync(client, streaming, Token);

        Assert.Equal((ChatErrorKind.RateLimited, null, null), (refused.Kind, refused.RetryAfter, refused.Provider));
        Assert.StartsWith("This application's own limit, not the provider's, refused the call before anything was sent: 1 calls may run at once", refused.Message, StringComparison.Ordinal);
        Assert.Equal(("b", 2), (next.Text, inner.Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Concurrency_Queue_RunsTheOldestFirstAndTellsTheWait(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Delay(Second).Finish());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { MaxConcurrency = 1, QueueLimit = 2 });
        Task<ChatResponse>[] calls = [.. Enumerable.Range(0, 3).Select(index => AskAsync(client, streaming, Token, $"{index}"))];
        ChatStreamException refused = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming, Token));

        for (int index = 0; index < 3; index++)
        {
            await inner.WaitForCallAsync(index, Token);
            await _time.WaitForTimersAsync(1, Token);
            _time.Advance(Second);
            await calls[index];
        }

        ChatResponse[] answers = await Task.WhenAll(calls);
        Assert.Equal(ChatErrorKind.RateLimited, refused.Kind);
        Assert.Equal(["0", "1", "2"], inner.Calls.Select(call => call.Messages[0].Text));
        Assert.Equal([null, Second, 2 * Second], answers.Select(QueuedIn));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Queue_CallerCancels_IsHisCancellationAndFreesThePlace(bool streaming, bool isRate)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { MaxConcurrency = isRate ? null : 1, MaxRequests = isRate ? 1 : null, QueueLimit = 1 });
        using var first = new CancellationTokenSource();
        using var waiting = new CancellationTokenSource();
        Task running = AskAsync(client, streaming, first.Token);
        Task queued = AskAsync(client, streaming, waiting.Token);

        await waiting.CancelAsync();
        OperationCanceledException failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        int timers = _time.ActiveTimers;
        using var third = new CancellationTokenSource();
        Task inItsPlace = AskAsync(client, streaming, third.Token);

        Assert.Equal(waiting.Token, failure.CancellationToken);
        Assert.Equal(0, timers);
        Assert.False(inItsPlace.IsCompleted);
        Assert.Single(inner.Calls);
        await Task.WhenAll(third.CancelAsync(), first.CancelAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inItsPlace);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rate_Spent_RefusesWithTheTimeUntilAPermitComesBack(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { MaxRequests = 2, Period = 10 * Second });
        await AskAsync(client, streaming, Token);
        _time.Advance(4 * Second);
        await AskAsync(client, streaming, Token);

        ChatStreamException refused = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming, Token));
        _time.Advance(6 * Second);
        await AskAsync(client, streaming, Token);
        ChatStreamException again = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming, Token));

        Assert.Equal((6 * Second, 4 * Second), (refused.RetryAfter, again.RetryAfter));
        Assert.Contains("2 calls may begin within 00:00:10", refused.Message, StringComparison.Ordinal);
        Assert.Contains("in 6 seconds", refused.Message, StringComparison.Ordinal);
        Assert.Equal((3, 0), (inner.Calls.Count, _time.ActiveTimers));
    }

    [Fact]
    public async Task Rate_Queue_BeginsWhenThePermitComesBackAndLeavesNoTimer()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { MaxRequests = 1, Period = 10 * Second, QueueLimit = 5 });
        await AskAsync(client, streaming: true, Token);
        Task<ChatResponse>[] calls = [.. Enumerable.Range(0, 3).Select(_ => AskAsync(client, streaming: true, Token))];

        for (int index = 0; index < 3; index++)
        {
            await _time.WaitForTimersAsync(1, Token);
            _time.Advance(10 * Second);
            await calls[index];
        }

        ChatResponse[] answers = await Task.WhenAll(calls);
        Assert.Equal([10 * Second, 20 * Second, 30 * Second], answers.Select(QueuedIn));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task OwnLimiter_RefusesAndOutlivesTheStage()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        StreamingLimitsChatClient client = Over(new ScriptedChatClient(StreamScript.New().Text("a").Finish()), new StreamingLimitsOptions { RateLimiter = limiter });
        RateLimitLease taken = limiter.AttemptAcquire();

        ChatStreamException refused = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming: true, Token));
        taken.Dispose();
        await AskAsync(client, streaming: true, Token);
        client.Dispose();

        Assert.Equal(ChatErrorKind.RateLimited, refused.Kind);
        Assert.Contains("RateLimiter", refused.Message, StringComparison.Ordinal);
        Assert.True(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task Stream_DisposalOfTheInnerNeverEnds_GivesThePermitBackAfterTheGrace()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        var inner = new OddChatClient(OddPoint.EndlessDisposal);
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { RateLimiter = limiter });
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        Task left = updates.DisposeAsync().AsTask();
        await inner.Disposing.WaitAsync(Token);
        while (!left.IsCompleted)
        {
            await Task.WhenAny(left, _time.WaitForTimersAsync(1, Token));
            _time.Advance(UpdateReader.Grace);
        }

        Assert.Equal(1, limiter.GetStatistics()?.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Permits_AfterAThousandMixedOutcomes_AreAllBack()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 3, QueueLimit = 2 });
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Text("b").Finish(), StreamScript.New().Text("a").Fault(new InvalidOperationException("x")), StreamScript.New().Text("a").Silence());
        using StreamingLimitsChatClient client = Over(inner, new StreamingLimitsOptions { RateLimiter = limiter, MaxBytes = 100 });

        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (index, _) => await Record.ExceptionAsync(() => EndSomehowAsync(client, index)));

        RateLimiterStatistics statistics = limiter.GetStatistics()!;
        Assert.Equal((3, 0), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount));
        Assert.All(inner.Calls, call => Assert.True(call.IsDisposed));
        Assert.Equal(0, _time.ActiveTimers);
        Assert.True(statistics.TotalSuccessfulLeases > 0);
    }

    [Theory]
    [InlineData("Limits:MaxBytes", "5000", true)]
    [InlineData("Limits:MaxConcurrency", "2", false)]
    public async Task Reload_CountsGoOnUnlessTheirOwnValuesChange(string key, string value, bool goesOn)
    {
        var settings = new ChatSettings(("Mode", "Enhanced"), ("Limits:MaxConcurrency", "1"));
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence(), StreamScript.New().Text("b").Finish());
        using IChatClient client = inner.AsBuilder().UseStreaming(settings.Section).Build(new TestServices(_time));
        using var caller = new CancellationTokenSource();
        Task running = AskAsync(client, streaming: true, caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        settings.Set((key, value));
        Exception? refused = await Record.ExceptionAsync(() => AskAsync(client, streaming: true, Token));

        Assert.Equal(goesOn, refused is ChatStreamException { Kind: ChatErrorKind.RateLimited });
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task EndSomehowAsync(IChatClient client, int index)
    {
        using var caller = new CancellationTokenSource();
        if (index % 4 == 3)
        {
            Task<ChatResponse> whole = client.GetResponseAsync("hi", cancellationToken: caller.Token);
            await caller.CancelAsync();
            await whole;
            return;
        }

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token))
        {
            if (index % 4 == 0)
            {
                break;
            }

            // A silence ends by its caller alone.
            await caller.CancelAsync();
        }
    }

    private static TimeSpan? QueuedIn(ChatResponse response) => StreamQueueTime.ReadFrom(response.AdditionalProperties) ?? StreamQueueTime.ReadFrom(response.Messages[0].AdditionalProperties);

    private StreamingLimitsChatClient Over(IChatClient inner, StreamingLimitsOptions options) => new(inner, options, _time);

    private static async Task<ChatResponse> AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken, string prompt = "hi") => streaming
        ? await client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken).ToChatResponseAsync(cancellationToken)
        : await client.GetResponseAsync(prompt, cancellationToken: cancellationToken);
}
