using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class RecoveryRulesTests
{
    public static TheoryData<ChatErrorKind, int, FailoverRule, bool, bool, CircuitRule> Table => new()
    {
        { ChatErrorKind.Unknown, 0, FailoverRule.Once, false, false, CircuitRule.Counts },
        { ChatErrorKind.RateLimited, 3, FailoverRule.Next, false, true, CircuitRule.CoolsDown },
        { ChatErrorKind.QuotaExhausted, 0, FailoverRule.Next, false, true, CircuitRule.Opens },
        { ChatErrorKind.Overloaded, 3, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.ServerError, 2, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.ConnectTimeout, 1, FailoverRule.Next, true, false, CircuitRule.Counts },
        { ChatErrorKind.HeadersTimeout, 1, FailoverRule.Next, true, false, CircuitRule.Counts },
        { ChatErrorKind.FirstContentTimeout, 1, FailoverRule.Next, true, false, CircuitRule.Counts },
        { ChatErrorKind.IdleTimeout, 2, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.TotalTimeout, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.Network, 2, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.Truncated, 2, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.MalformedStream, 1, FailoverRule.Next, false, true, CircuitRule.Counts },
        { ChatErrorKind.Authentication, 0, FailoverRule.Next, false, false, CircuitRule.Opens },
        { ChatErrorKind.PermissionDenied, 0, FailoverRule.Next, false, false, CircuitRule.Opens },
        { ChatErrorKind.RegionBlocked, 0, FailoverRule.Next, false, false, CircuitRule.Opens },
        { ChatErrorKind.ModelNotFound, 0, FailoverRule.Next, false, false, CircuitRule.Opens },
        { ChatErrorKind.ModelRetired, 0, FailoverRule.Next, false, false, CircuitRule.Opens },
        { ChatErrorKind.ContextLengthExceeded, 0, FailoverRule.LargerContext, false, false, CircuitRule.Ignores },
        { ChatErrorKind.ContentFiltered, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.InvalidRequest, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.RequestTooLarge, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.UnsupportedFeature, 0, FailoverRule.Next, false, false, CircuitRule.Ignores },
        { ChatErrorKind.Cancelled, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.BufferLimitExceeded, 0, FailoverRule.Never, false, false, CircuitRule.Ignores },
        { ChatErrorKind.EmptyResponse, 1, FailoverRule.Next, false, false, CircuitRule.Counts },
    };

    public static MatrixTheoryData<ChatErrorKind, bool> Kinds => new(Enum.GetValues<ChatErrorKind>(), [true, false]);

    [Theory]
    [MemberData(nameof(Table))]
    public void Default_EachKind_HasItsRow(ChatErrorKind kind, int retries, FailoverRule failover, bool prefersFailover, bool continues, CircuitRule circuit)
    {
        RecoveryRule rule = new RecoveryRules()[kind];

        Assert.Equal(new RecoveryRule { Retries = retries, Failover = failover, PrefersFailover = prefersFailover, Continues = continues, Circuit = circuit }, rule);
    }

    [Fact]
    public void Table_Kinds_AreAllListed()
    {
        Assert.Equal(Enum.GetValues<ChatErrorKind>(), Table.Select(row => row.Data.Item1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_EachKind_RepeatsAndLeavesTheRouteAsItsRowSays(ChatErrorKind kind, bool streaming)
    {
        var time = new ManualTimeProvider();
        var first = new ScriptedChatClient(time, Recovering.Failing(kind));
        var second = new ScriptedChatClient(time, Recovering.Answering("from the second"));
        using var client = new StreamingRecoveryChatClient(first, new StreamingRecoveryOptions { Primary = { Name = "first", ContextLength = 10 }, Routes = { Larger(second) } }, time);
        RecoveryRule rule = new RecoveryRules()[kind];

        Task<ChatResponse> asking = client.AskAsync(streaming);
        await time.AdvanceWhileAsync(asking, Recovering.Second);

        Assert.Equal(rule.PrefersFailover ? 1 : 1 + rule.Retries, first.Calls.Count);
        Assert.Equal(rule.Failover is not FailoverRule.Never, asking.IsCompletedSuccessfully);
        Assert.Equal(rule.Circuit is CircuitRule.Opens, client.GetService<RecoveryCircuits>()!.States.Any(state => state.IsOpen));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    public async Task Options_RetriesReplaced_AreFollowed(int retries, int calls)
    {
        var inner = new ScriptedChatClient(Recovering.Failing(ChatErrorKind.Overloaded));
        var options = new StreamingRecoveryOptions { Delay = TimeSpan.Zero, Circuit = { Enabled = false } };
        options.Rules[ChatErrorKind.Overloaded] = options.Rules[ChatErrorKind.Overloaded] with { Retries = retries };
        using var client = new StreamingRecoveryChatClient(inner, options);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(calls, inner.Calls.Count);
    }

    [Fact]
    public async Task Options_FailoverReplaced_IsFollowed()
    {
        var second = new ScriptedChatClient(Recovering.Answering("from the second"));
        var options = new StreamingRecoveryOptions { Routes = { Recovering.RouteTo(second, "second") } };
        options.Rules[ChatErrorKind.ContentFiltered] = new RecoveryRule { Failover = FailoverRule.Next };
        using var client = new StreamingRecoveryChatClient(new ScriptedChatClient(Recovering.Failing(ChatErrorKind.ContentFiltered)), options);

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("from the second", response.Text);
    }

    [Theory]
    [InlineData(ChatErrorKind.ServerError, false, 1)]
    [InlineData(ChatErrorKind.InvalidRequest, true, 2)]
    public async Task Call_FailureSaysOtherThanItsKind_HasTheWord(ChatErrorKind kind, bool isTransient, int calls)
    {
        var failure = new ChatProviderException(kind, "Of its own.") { IsTransient = isTransient };
        var inner = new ScriptedChatClient(StreamScript.New().Fault(failure));
        using var client = new StreamingRecoveryChatClient(inner, new StreamingRecoveryOptions { Delay = TimeSpan.Zero });

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(calls, inner.Calls.Count);
    }

    [Fact]
    public async Task Options_ChangedAfterwards_ChangeNothing()
    {
        var inner = new ScriptedChatClient(Recovering.Failing(ChatErrorKind.Overloaded), Recovering.Answering("a"));
        var options = new StreamingRecoveryOptions { Delay = TimeSpan.Zero };
        using var client = new StreamingRecoveryChatClient(inner, options);

        options.Rules[ChatErrorKind.Overloaded] = new RecoveryRule();

        Assert.Equal("a", (await client.AskAsync(streaming: true)).Text);
        Assert.Equal(3, new RecoveryRules()[ChatErrorKind.Overloaded].Retries);
    }

    [Fact]
    public void Options_NullForARow_Throws()
    {
        var rules = new RecoveryRules();

        Assert.Throws<ArgumentNullException>(() => rules[ChatErrorKind.Overloaded] = null!);
    }

    private static RecoveryRoute Larger(ScriptedChatClient client)
    {
        RecoveryRoute route = Recovering.RouteTo(client, "second");
        route.ContextLength = 20;
        return route;
    }
}
