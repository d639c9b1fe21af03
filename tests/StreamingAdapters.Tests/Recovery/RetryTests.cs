using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class RetryTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TransientFaults_AreInvisible(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Overloaded), Recovering.Failing(ChatErrorKind.Network), Recovering.Answering("third"));
        using StreamingRecoveryChatClient client = Over(inner);

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal(("third", "response-3", ChatFinishReason.Stop), (response.Text, response.ResponseId, response.FinishReason));
        Assert.Equal("message-3", Assert.Single(response.Messages).MessageId);
        Assert.Equal(3, inner.Calls.Count);
        Assert.All(inner.Calls, call => Assert.Equal((streaming, true), (call.IsStreaming, call.IsDisposed)));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Stream_FaultBehindAPreamble_ReleasesTheWinnersAlone()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Usage(5, 0).Fault(Recovering.Failure(ChatErrorKind.Network)), Recovering.Answering("second"));
        using StreamingRecoveryChatClient client = Over(inner, options => options.Delay = TimeSpan.Zero);

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal(["", "second", "", ""], updates.Select(update => update.Text));
        Assert.All(updates, update => Assert.Equal(("response-2", "message-2"), (update.ResponseId, update.MessageId)));
    }

    [Fact]
    public async Task Stream_FaultAfterContent_IsNeverAskedAgain()
    {
        ChatProviderException thrown = Recovering.Failure(ChatErrorKind.Overloaded);
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Fault(thrown), Recovering.Answering("again"));
        using StreamingRecoveryChatClient client = Over(inner);
        List<ChatResponseUpdate> received = [];

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(received));

        Assert.Same(thrown, exception);
        Assert.Equal("a", Recovering.TextOf(received));
        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_ManyUpdatesWithoutContent_CountAsBegun()
    {
        StreamScript silent = Enumerable.Range(0, CommitGate.MaxUpdates).Aggregate(StreamScript.New(), (script, _) => script.Text(""));
        var inner = new ScriptedChatClient(_time, silent.Fault(Recovering.Failure(ChatErrorKind.Network)));
        using StreamingRecoveryChatClient client = Over(inner);
        List<ChatResponseUpdate> received = [];

        await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(received));

        Assert.Equal(CommitGate.MaxUpdates, received.Count);
        Assert.Single(inner.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backoff_WithoutHint_DoublesUpToTheLongest(bool streaming)
    {
        BeginningTimes times = new(_time);
        using StreamingRecoveryChatClient client = Over(Failing(times), options =>
        {
            options.Delay = Second;
            options.MaxDelay = 10 * Second;
            options.Randomizer = static () => 0.5;
            options.Rules[ChatErrorKind.Overloaded] = options.Rules[ChatErrorKind.Overloaded] with { Retries = 6 };
        });

        await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming));

        TimeSpan[] waits = [.. times.Waits];
        Assert.Equal(6, waits.Length);
        Assert.InRange(waits[0], 0.5 * Second, 1.5 * Second);
        Assert.All(waits.Zip(waits.Skip(1)).Skip(1).Take(3), pair => Assert.InRange(pair.Second / pair.First, 1.8, 2.2));
        Assert.Equal(10 * Second, waits[^1]);
    }

    [Fact]
    public async Task Backoff_OtherChance_WaitsOtherwise()
    {
        TimeSpan early = await WaitOfAsync(chance: 0.1);
        TimeSpan late = await WaitOfAsync(chance: 0.9);

        Assert.True(early < late, $"{early} {late}");
        Assert.InRange(late, TimeSpan.Zero, 2 * Second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hint_Given_IsWaitedForExactly(bool streaming)
    {
        BeginningTimes times = new(_time);
        var inner = new ScriptedChatClient(_time, times.Script().Fault(Recovering.Failure(ChatErrorKind.RateLimited, 17 * Second)), times.Script().Text("a"));
        using StreamingRecoveryChatClient client = Over(inner, options => options.MaxDelay = Second);

        await AskAsync(client, streaming);

        Assert.Equal([17 * Second], times.Waits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hint_Zero_SecondAttemptStartsWithoutATimer(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.RateLimited, TimeSpan.Zero), Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner);

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal("a", response.Text);
        Assert.Equal(ManualTimeProvider.DefaultStart, _time.GetUtcNow());
    }

    private ScriptedChatClient Failing(BeginningTimes times) => new(_time, times.Script().Fault(Recovering.Failure(ChatErrorKind.Overloaded)));

    private async Task<TimeSpan> WaitOfAsync(double chance)
    {
        BeginningTimes times = new(_time);
        var inner = new ScriptedChatClient(_time, times.Script().Fault(Recovering.Failure(ChatErrorKind.Overloaded)), times.Script().Text("a"));
        using StreamingRecoveryChatClient client = Over(inner, options => (options.Delay, options.Randomizer) = (Second, () => chance));
        await AskAsync(client, streaming: true);
        return times.Waits.Single();
    }

    // Many failures are the subject here; circuits have tests of their own.
    private StreamingRecoveryChatClient Over(ScriptedChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Circuit = { Enabled = false } };
        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }

    private async Task<ChatResponse> AskAsync(StreamingRecoveryChatClient client, bool streaming)
    {
        Task<ChatResponse> asking = client.AskAsync(streaming);
        await _time.AdvanceWhileAsync(asking, TimeSpan.FromMilliseconds(100));
        return await asking;
    }
}
