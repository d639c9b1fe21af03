using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class RetryBudgetTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hint_LongerThanTheBudget_FailsAtOnce(bool streaming)
    {
        ChatProviderException thrown = Recovering.Failure(ChatErrorKind.RateLimited, 61 * Second);
        var inner = new ScriptedChatClient(_time, StreamScript.New().Fault(thrown));
        using StreamingRecoveryChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Same(thrown, exception);
        Assert.Single(inner.Calls);
        AttemptRecord attempt = Assert.Single(AttemptRecord.ReadFrom(exception));
        Assert.Equal((ChatErrorKind.RateLimited, 61 * Second, AttemptDecisions.Fail), (attempt.Kind, attempt.RetryAfter, attempt.Decision));
    }

    [Fact]
    public async Task Hint_LongerThanWhatIsLeftOfTheBudget_FailsAtOnce()
    {
        StreamScript slow = StreamScript.New().Delay(30 * Second).Fault(Recovering.Failure(ChatErrorKind.RateLimited, 31 * Second));
        var inner = new ScriptedChatClient(_time, slow);
        using StreamingRecoveryChatClient client = Over(inner);

        await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming: true));

        Assert.Single(inner.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Budget_Over_FailsWithTheLastErrorAndAllAttempts(bool streaming)
    {
        ChatProviderException last = Recovering.Failure(ChatErrorKind.Network);
        BeginningTimes times = new(_time);
        var inner = new ScriptedChatClient(
            _time, times.Script().Delay(2 * Second).Fault(Recovering.Failure(ChatErrorKind.Overloaded, Second)), times.Script().Delay(2 * Second).Fault(last));
        using StreamingRecoveryChatClient client = Over(inner, options => options.Budget = 5 * Second);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming));

        Assert.Same(last, exception);
        Assert.Equal([ChatErrorKind.Overloaded, ChatErrorKind.Network], AttemptRecord.ReadFrom(exception).Select(attempt => attempt.Kind!.Value));
    }

    [Fact]
    public async Task Budget_BackoffEndsBehindIt_FailsAtOnce()
    {
        BeginningTimes times = new(_time);
        using StreamingRecoveryChatClient client = Over(Failing(times), options =>
        {
            options.Budget = 4 * Second;
            options.Delay = 10 * Second;
            options.MaxDelay = 10 * Second;
        });

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Single(times.All);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public async Task Budget_AnyBackoff_NoAttemptBeginsBehindIt(double chance)
    {
        BeginningTimes times = new(_time);
        TimeSpan budget = 6 * Second;
        using StreamingRecoveryChatClient client = Over(Failing(times), options =>
        {
            options.Budget = budget;
            options.Delay = Second;
            options.Randomizer = () => chance;
            options.Rules[ChatErrorKind.Overloaded] = options.Rules[ChatErrorKind.Overloaded] with { Retries = 9 };
        });

        await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming: true));

        Assert.InRange(times.All.Count, 2, 5);
        Assert.All(times.All, begun => Assert.InRange(begun, TimeSpan.Zero, budget));
    }

    [Fact]
    public async Task Budget_None_WaitsAsLongAsItTakes()
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.RateLimited, 100 * Second), Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner, options => options.Budget = null);

        Assert.Equal("a", (await AskAsync(client, streaming: true)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetryTokens_SpentByManyCalls_StopRepeating(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Overloaded));
        using StreamingRecoveryChatClient client = Over(inner, options => options.RetryTokens = 4);

        for (int call = 0; call < 10; call++)
        {
            await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming));
        }

        Assert.Equal(10 + 4, inner.Calls.Count);
    }

    [Fact]
    public async Task RetryTokens_Answers_GiveThemBackInPart()
    {
        StreamScript failing = Recovering.Failing(ChatErrorKind.Overloaded);
        StreamScript[] scripts = [failing, failing, .. Enumerable.Repeat(Recovering.Answering("a"), 4), failing, failing, .. Enumerable.Repeat(Recovering.Answering("a"), 9)];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, options => (options.RetryTokens, options.RetryTokensPerAnswer, options.Delay) = (1, 0.25, TimeSpan.Zero));

        bool[] failed = new bool[7];
        for (int call = 0; call < failed.Length; call++)
        {
            failed[call] = await FailsAsync(client);
        }

        // The first call spends the token on its retry, which fails; four answers give it back; the sixth call spends it again.
        Assert.Equal([true, false, false, false, false, true, false], failed);
        Assert.Equal(9, inner.Calls.Count);
    }

    [Theory]
    [InlineData(null, 9)]
    [InlineData(0, 3)]
    public async Task RetryTokens_NoneOrNoLimit_AreFollowed(int? tokens, int calls)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.ServerError));
        using StreamingRecoveryChatClient client = Over(inner, options => options.RetryTokens = tokens);

        for (int call = 0; call < 3; call++)
        {
            await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming: true));
        }

        Assert.Equal(calls, inner.Calls.Count);
    }

    private static async Task<bool> FailsAsync(StreamingRecoveryChatClient client)
    {
        try
        {
            await client.AskAsync(streaming: true);
            return false;
        }
        catch (ChatProviderException)
        {
            return true;
        }
    }

    private ScriptedChatClient Failing(BeginningTimes times) => new(_time, times.Script().Fault(Recovering.Failure(ChatErrorKind.Overloaded)));

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
