using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>When a hedge fires by what was learned, and how many calls may be hedged.</summary>
public sealed class HedgingDelayTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delay_Learned_IsTheQuantileOfTheSamples()
    {
        ScriptedChatClient inner = Learned();
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Budget = 1);
        await AskTimesAsync(client, streaming: true, calls: 20);

        Task asking = client.AskAsync(streaming: true);
        await _time.WaitForTimersAsync(2, Token);

        // The nineteenth of twenty times from 0.1 to 2 s is the 0.95 quantile.
        _time.Advance((1.9 * Second) - TimeSpan.FromTicks(1));
        int before = inner.Calls.Count;
        _time.Advance(TimeSpan.FromTicks(1));
        await asking;

        Assert.Equal((21, 22), (before, inner.Calls.Count));
    }

    [Fact]
    public async Task Delay_SamplesOfWholeAnswers_TeachNothing()
    {
        ScriptedChatClient inner = Learned();
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Budget = 1);
        await AskTimesAsync(client, streaming: false, calls: 20);

        await AskAsync(client, streaming: true);

        Assert.Equal(21, inner.Calls.Count);
    }

    [Fact]
    public async Task Delay_TooFewSamples_StartsNothing()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Answering("a"), 19), Late(), Recovering.Answering("early")];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Budget = 1);

        await AskTimesAsync(client, streaming: true, calls: 20);

        Assert.Equal(20, inner.Calls.Count);
    }

    [Fact]
    public async Task Delay_OtherModel_LearnsItsOwn()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Answering("a"), 20), Late(), Recovering.Answering("early")];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Budget = 1);
        await AskTimesAsync(client, streaming: true, calls: 20);

        await AskAsync(client, streaming: true, new ChatOptions { ModelId = "other" });

        Assert.Equal(21, inner.Calls.Count);
    }

    [Fact]
    public async Task Delay_StreamsWithoutContent_TeachNothing()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(StreamScript.New().Text("").Finish(), 20), Late(), Recovering.Answering("early")];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Budget = 1);
        await AskTimesAsync(client, streaming: true, calls: 20);

        await AskAsync(client, streaming: true);

        Assert.Equal(21, inner.Calls.Count);
    }

    [Fact]
    public async Task Delay_AttemptsThatWereOutrun_CountWithTheTimeTheyHad()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Delay(Second).Text("a").Finish(), Late(), Recovering.Answering("early"), Late(), Recovering.Answering("early"));
        using StreamingRecoveryChatClient client = Over(inner, hedging => (hedging.Budget, hedging.MinimumSamples, hedging.Quantile) = (1, 1, 0.5));
        await AskAsync(client, streaming: true);
        await AskAsync(client, streaming: true, timers: 2);

        Task asking = client.AskAsync(streaming: true);
        await _time.WaitForTimersAsync(2, Token);
        _time.Advance(Second - TimeSpan.FromTicks(1));
        int before = inner.Calls.Count;
        _time.Advance(TimeSpan.FromTicks(1));
        await asking;

        // One second, zero of the hedge, one second of the one that it outran.
        Assert.Equal((4, 5), (before, inner.Calls.Count));
    }

    [Fact]
    public async Task Delay_ZeroWithoutBudget_AsksForAHedgeOnce()
    {
        var inner = new ScriptedChatClient(_time, Late());
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Delay = TimeSpan.Zero);

        await AskAsync(client, streaming: true);

        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Delay_ZeroBetweenTwoAttempts_AsksForAHedgeOnce()
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Network, Second), Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner, hedging => (hedging.Budget, hedging.Delay) = (1, TimeSpan.Zero));

        await AskAsync(client, streaming: true);

        Assert.Equal(2, inner.Calls.Count);
    }

    [Theory]
    [InlineData(0.05, 19, 0)]
    [InlineData(0.05, 20, 1)]
    [InlineData(0.05, 100, 5)]
    [InlineData(0.5, 10, 5)]
    [InlineData(1, 10, 10)]
    public async Task Budget_EveryCallIsSlow_HedgesItsShare(double budget, int calls, int hedges)
    {
        var inner = new ScriptedChatClient(_time, Late());
        using StreamingRecoveryChatClient client = Over(inner, hedging => (hedging.Budget, hedging.Delay) = (budget, Second));

        await AskTimesAsync(client, streaming: true, calls: calls, timers: 2);

        Assert.Equal(calls + hedges, inner.Calls.Count);
    }

    [Fact]
    public async Task Budget_QuietForLong_IsKeptForTenHedgesAtMost()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Answering("a"), 400), Late()];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, hedging => hedging.Delay = Second);
        await AskTimesAsync(client, streaming: true, calls: 400);

        await AskTimesAsync(client, streaming: true, calls: 15, timers: 2);

        Assert.Equal(415 + 10, inner.Calls.Count);
    }

    private ScriptedChatClient Learned() => new(
        _time, [.. Enumerable.Range(1, 20).Select(tenths => StreamScript.New().Delay(tenths * Second / 10).Text("a").Finish()), Late(), Recovering.Answering("early")]);

    private static StreamScript Late() => StreamScript.New().Delay(30 * Second).Text("late").Finish();

    private StreamingRecoveryChatClient Over(ScriptedChatClient inner, Action<RecoveryHedgingOptions> configure)
    {
        var options = new StreamingRecoveryOptions { Hedging = { Enabled = true } };
        configure(options.Hedging);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }

    private async Task AskTimesAsync(StreamingRecoveryChatClient client, bool streaming, int calls, int timers = 1)
    {
        for (int call = 0; call < calls; call++)
        {
            await AskAsync(client, streaming, timers: timers);
        }
    }

    // A slow call that may be hedged sets two timers: its own and the hedge's.
    private async Task AskAsync(StreamingRecoveryChatClient client, bool streaming, ChatOptions? options = null, int timers = 1)
    {
        Task asking = client.AskAsync(streaming, options);
        await _time.AdvanceWhileAsync(asking, TimeSpan.FromMilliseconds(100), timers);
        await asking;
    }
}
