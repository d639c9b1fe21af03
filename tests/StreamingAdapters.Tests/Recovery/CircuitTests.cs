using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class CircuitTests
{
    private const int Throughput = 5;

    private static readonly TimeSpan Second = Recovering.Second;
    private static readonly TimeSpan Break = 30 * Second;

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ManyFailures_OpenTheCircuitAndNothingIsSent(bool streaming)
    {
        ScriptedChatClient inner = Failing();
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client, streaming);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal(Throughput, inner.Calls.Count);
        Assert.Equal((ChatErrorKind.Overloaded, Break), (exception.Kind, exception.RetryAfter));
        Assert.Contains("'primary'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(AttemptRecord.ReadFrom(exception));
    }

    [Fact]
    public async Task Call_OpenCircuit_IsSkippedWithoutACall()
    {
        ScriptedChatClient first = Failing();
        ScriptedChatClient second = Answering("second");
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));
        await OpenAsync(client, streaming: true, fails: false);

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("second", response.Text);
        Assert.Equal((Throughput, Throughput + 1), (first.Calls.Count, second.Calls.Count));
        Assert.Equal("second", Assert.Single(AttemptRecord.ReadFrom(response.Messages[0].AdditionalProperties)).Route);
    }

    [Fact]
    public async Task Call_OpenCircuitBehindAFailedRoute_IsSkippedToo()
    {
        ScriptedChatClient first = new(_time, Recovering.Failing(ChatErrorKind.Authentication), Recovering.Failing(ChatErrorKind.InvalidRequest));
        ScriptedChatClient second = new(_time, Recovering.Failing(ChatErrorKind.Authentication));
        ScriptedChatClient third = Answering("third");
        using StreamingRecoveryChatClient client = Over(first, options =>
        {
            options.Routes.Add(Recovering.RouteTo(second, "second"));
            options.Routes.Add(Recovering.RouteTo(third, "third"));
        });
        await client.AskAsync(streaming: true);
        client.GetService<RecoveryCircuits>()!.Reset("primary");

        // The second route's circuit is still open.
        await FailAsync(client);

        Assert.Equal((2, 1, 1), (first.Calls.Count, second.Calls.Count, third.Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BreakIsOver_OneProbeClosesTheCircuit(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, [.. Enumerable.Repeat(Recovering.Failing(ChatErrorKind.Overloaded), Throughput), Recovering.Answering("a")]);
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client, streaming);
        _time.Advance(Break);

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal("a", response.Text);
        Assert.False(client.GetService<RecoveryCircuits>()!.States[0].IsOpen);
        Assert.Equal("a", (await client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task Call_ProbeFails_OpensTheCircuitAgain()
    {
        ScriptedChatClient inner = Failing();
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client, streaming: true);
        _time.Advance(Break);

        await FailAsync(client);
        await FailAsync(client);

        Assert.Equal(Throughput + 1, inner.Calls.Count);
        Assert.Equal(Break, client.GetService<RecoveryCircuits>()!.States[0].OpenFor);
    }

    [Fact]
    public async Task Call_WhileTheProbeRuns_GoesToTheNextRoute()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Failing(ChatErrorKind.Overloaded), Throughput), StreamScript.New().Delay(Second).Text("probe").Finish()];
        var first = new ScriptedChatClient(_time, scripts);
        ScriptedChatClient second = Answering("second");
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));
        await OpenAsync(client, streaming: true, fails: false);
        _time.Advance(Break);
        Task<ChatResponse> probing = client.AskAsync(streaming: true);
        await first.WaitForCallAsync(Throughput, Token);

        ChatResponse beside = await client.AskAsync(streaming: true);
        await _time.AdvanceWhileAsync(probing, Second);

        Assert.Equal(("second", "probe"), (beside.Text, (await probing).Text));
        Assert.Equal(Throughput + 1, first.Calls.Count);
    }

    [Fact]
    public async Task Call_WhileTheProbeRunsAlone_SaysWhyTheCircuitIsOpen()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Failing(ChatErrorKind.Overloaded), Throughput), StreamScript.New().Delay(Second).Text("probe").Finish()];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client, streaming: true);
        _time.Advance(Break);
        Task<ChatResponse> probing = client.AskAsync(streaming: true);
        await inner.WaitForCallAsync(Throughput, Token);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
        await _time.AdvanceWhileAsync(probing, Second);

        Assert.Equal(ChatErrorKind.Overloaded, exception.Kind);
    }

    [Theory]
    [InlineData(ChatErrorKind.Authentication, null, 60)]
    [InlineData(ChatErrorKind.QuotaExhausted, 3600, 3600)]
    [InlineData(ChatErrorKind.RateLimited, 90, 90)]
    public async Task Call_Refused_OpensAtOnceUntilTheHint(ChatErrorKind kind, int? hint, int openFor)
    {
        TimeSpan? retryAfter = hint is { } seconds ? seconds * Second : null;
        var inner = new ScriptedChatClient(_time, Recovering.Failing(kind, retryAfter), Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner);
        await FailAsync(client);

        await FailAsync(client);
        RecoveryCircuitState open = client.GetService<RecoveryCircuits>()!.States[0];
        _time.Advance(openFor * Second);

        Assert.Equal((true, kind, openFor * Second), (open.IsOpen, open.Kind, open.OpenFor));
        Assert.Equal("a", (await client.AskAsync(streaming: true)).Text);
        Assert.Equal(2, inner.Calls.Count);
    }

    [Fact]
    public async Task Call_RateLimitedByAnother_WaitsUntilTheRouteHasCooledDown()
    {
        BeginningTimes times = new(_time);
        var inner = new ScriptedChatClient(_time, times.Script().Fault(Recovering.Failure(ChatErrorKind.RateLimited, 90 * Second)), times.Script().Text("a"));
        using StreamingRecoveryChatClient client = Over(inner, options => options.Rules = new RecoveryRules());
        await FailAsync(client);
        _time.Advance(60 * Second);

        Task<ChatResponse> asking = client.AskAsync(streaming: true);
        await _time.AdvanceWhileAsync(asking, 30 * Second);

        Assert.Equal("a", (await asking).Text);
        Assert.Equal([TimeSpan.Zero, 90 * Second], times.All);
    }

    [Fact]
    public async Task Call_AnotherIsRateLimitedDuringItsBackoff_WaitsForThatToo()
    {
        BeginningTimes times = new(_time);
        StreamScript[] scripts =
        [
            times.Script().Fault(Recovering.Failure(ChatErrorKind.Network, Second)), times.Script().Fault(Recovering.Failure(ChatErrorKind.RateLimited, 30 * Second)), times.Script().Text("a"),
        ];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, options => options.Rules = new RecoveryRules());
        Task<ChatResponse> first = client.AskAsync(streaming: true);
        await _time.WaitForTimersAsync(1, Token);
        Task<ChatResponse> second = client.AskAsync(streaming: true);
        await _time.WaitForTimersAsync(2, Token);

        await _time.AdvanceWhileAsync(Task.WhenAll(first, second), Second);

        Assert.Equal(("a", "a"), ((await first).Text, (await second).Text));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, 30 * Second, 30 * Second], times.All);
    }

    [Fact]
    public async Task Call_ProbeIsCancelled_LeavesTheRouteAlone()
    {
        StreamScript[] scripts = [.. Enumerable.Repeat(Recovering.Failing(ChatErrorKind.Overloaded), Throughput), StreamScript.New().Silence(), Recovering.Answering("a")];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client, streaming: true);
        _time.Advance(Break);
        using var giveUp = new CancellationTokenSource();
        Task<ChatResponse> probing = client.AskAsync(streaming: true, cancellationToken: giveUp.Token);
        await (await inner.WaitForCallAsync(Throughput, Token)).Pending.WaitAsync(Token);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);
        RecoveryCircuitState left = client.GetService<RecoveryCircuits>()!.States[0];
        _time.Advance(Break);

        Assert.Equal((true, ChatErrorKind.Overloaded), (left.IsOpen, left.Kind));
        Assert.Equal("a", (await client.AskAsync(streaming: true)).Text);
    }

    [Theory]
    [InlineData(ChatErrorKind.InvalidRequest)]
    [InlineData(ChatErrorKind.ContentFiltered)]
    [InlineData(ChatErrorKind.ContextLengthExceeded)]
    [InlineData(ChatErrorKind.RateLimited)]
    public async Task Call_FailureOfTheRequestAlone_CountsForNothing(ChatErrorKind kind)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(kind));
        using StreamingRecoveryChatClient client = Over(inner);

        await OpenAsync(client, streaming: true, calls: 4 * Throughput);

        Assert.Equal(4 * Throughput, inner.Calls.Count);
        Assert.False(client.GetService<RecoveryCircuits>()!.States[0].IsOpen);
    }

    [Fact]
    public async Task Stream_BreaksOffAfterContent_CountsToo()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Fault(Recovering.Failure(ChatErrorKind.Truncated)));
        using StreamingRecoveryChatClient client = Over(inner);

        await OpenAsync(client, streaming: true);

        RecoveryCircuitState state = client.GetService<RecoveryCircuits>()!.States[0];
        Assert.Equal((true, ChatErrorKind.Truncated), (state.IsOpen, state.Kind));
    }

    [Fact]
    public async Task Circuit_SwitchedOff_NeverOpens()
    {
        var inner = new ScriptedChatClient(_time, [.. Enumerable.Repeat(Recovering.Failing(ChatErrorKind.Overloaded), 10), Recovering.Failing(ChatErrorKind.Authentication)]);
        using StreamingRecoveryChatClient client = Over(inner, options => options.Circuit.Enabled = false);

        await OpenAsync(client, streaming: true, calls: 20);

        Assert.Equal(20, inner.Calls.Count);
    }

    private ScriptedChatClient Failing() => new(_time, Recovering.Failing(ChatErrorKind.Overloaded));

    private ScriptedChatClient Answering(string text) => new(_time, Recovering.Answering(text));

    // One call, one attempt.
    private StreamingRecoveryChatClient Over(ScriptedChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Primary = { Name = "primary" }, Circuit = { MinimumThroughput = Throughput, BreakDuration = Break } };
        Recovering.WithoutRetries(options);
        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }

    private static async Task OpenAsync(StreamingRecoveryChatClient client, bool streaming, int calls = Throughput, bool fails = true)
    {
        for (int call = 0; call < calls; call++)
        {
            Task asking = client.AskAsync(streaming);
            await (fails ? Assert.ThrowsAsync<ChatProviderException>(() => asking) : asking);
        }
    }

    private static Task<ChatProviderException> FailAsync(StreamingRecoveryChatClient client) => Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
}
