using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>The caller cancels or breaks: the inner stream is closed at once, and nothing is left.</summary>
public sealed class RecoveryCancellationTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _caller = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Streaming, hedging.
    public static TheoryData<bool, bool> Ways => new() { { true, true }, { true, false }, { false, false } };

    public void Dispose() => _caller.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancel_BeforeTheCall_AsksNobody(bool streaming, bool hedging)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Answering("a"));
        using StreamingRecoveryChatClient client = Over(inner, hedging);
        await _caller.CancelAsync();

        await AssertCancelledAsync(client.AskAsync(streaming, cancellationToken: _caller.Token));

        AssertNothingIsLeft(inner);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancel_WhileWaitingForARetry_EndsTheWait(bool streaming, bool hedging)
    {
        var inner = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.RateLimited, Recovering.Second));
        using StreamingRecoveryChatClient client = Over(inner, hedging);
        Task asking = client.AskAsync(streaming, cancellationToken: _caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Disposed.WaitAsync(Token);
        await _time.WaitForTimersAsync(1, Token);

        await _caller.CancelAsync();

        OperationCanceledException exception = await AssertCancelledAsync(asking);
        Assert.Single(inner.Calls);
        AssertNothingIsLeft(inner);
        Assert.Equal(ChatErrorKind.RateLimited, Assert.Single(AttemptRecord.ReadFrom(exception)).Kind);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancel_WhileHeldInFrontOfContent_ClosesTheInnerStream(bool streaming, bool hedging)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Silence());
        using StreamingRecoveryChatClient client = Over(inner, hedging);
        Task asking = client.AskAsync(streaming, cancellationToken: _caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        await _caller.CancelAsync();

        OperationCanceledException exception = await AssertCancelledAsync(asking);
        Assert.True(inner.Calls[0].IsCancelled);
        AssertNothingIsLeft(inner);
        Assert.Equal(ChatErrorKind.Cancelled, Assert.Single(AttemptRecord.ReadFrom(exception)).Kind);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancel_AfterContent_ClosesTheInnerStream(bool streaming, bool hedging)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using StreamingRecoveryChatClient client = Over(inner, hedging);
        Task asking = client.AskAsync(streaming, cancellationToken: _caller.Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);

        await _caller.CancelAsync();

        await AssertCancelledAsync(asking);
        Assert.True(inner.Calls[0].IsCancelled);
        AssertNothingIsLeft(inner);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_ClientReportsABrokenConnection_StaysTheCallers(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Content(BreakAsCancelled));
        using StreamingRecoveryChatClient client = Over(inner, hedging: false);

        await AssertCancelledAsync(client.AskAsync(streaming, cancellationToken: _caller.Token));

        Assert.Single(inner.Calls);
        AssertNothingIsLeft(inner);
    }

    [Fact]
    public async Task Cancel_BothAttemptsOfAHedgeRun_ClosesBoth()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Silence());
        using StreamingRecoveryChatClient client = Over(inner, hedging: true);
        Task asking = client.AskAsync(streaming: true, cancellationToken: _caller.Token);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(Recovering.Second);
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);

        await _caller.CancelAsync();

        await AssertCancelledAsync(asking);
        await Task.WhenAll(inner.Calls.Select(call => call.Disposed)).WaitAsync(Token);
        Assert.All(inner.Calls, call => Assert.True(call.IsCancelled));
        AssertNothingIsLeft(inner);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task Break_AfterAnyUpdate_ClosesTheInnerStream(int taken, bool hedging)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Text("a").Text("b").Silence());
        using StreamingRecoveryChatClient client = Over(inner, hedging);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: _caller.Token).GetAsyncEnumerator(Token);
        for (int index = 0; index < taken; index++)
        {
            Assert.True(await updates.MoveNextAsync());
        }

        await updates.DisposeAsync();

        Assert.Equal(taken == 0 ? 0 : 1, inner.Calls.Count);
        AssertNothingIsLeft(inner);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Break_WithinAContinuation_ClosesBothStreams(int taken)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("One two ").Fault(Recovering.Failure(ChatErrorKind.Network)), StreamScript.New().Text("three four").Text(" five").Silence());
        using var client = new StreamingRecoveryChatClient(inner, new StreamingRecoveryOptions { Continuation = { Enabled = true } }, _time);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        for (int index = 0; index < taken; index++)
        {
            Assert.True(await updates.MoveNextAsync());
        }

        await updates.DisposeAsync();

        Assert.Equal(taken == 1 ? 1 : 2, inner.Calls.Count);
        AssertNothingIsLeft(inner);
    }

    [Fact]
    public async Task Cancel_WithinAContinuation_StaysTheCallers()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("One two ").Fault(Recovering.Failure(ChatErrorKind.Network)), StreamScript.New().Text("").Silence());
        using var client = new StreamingRecoveryChatClient(inner, new StreamingRecoveryOptions { Continuation = { Enabled = true } }, _time);
        Task asking = client.AskAsync(streaming: true, cancellationToken: _caller.Token);
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);

        await _caller.CancelAsync();

        await AssertCancelledAsync(asking);
        AssertNothingIsLeft(inner);
    }

    private TextContent BreakAsCancelled()
    {
        _caller.Cancel();
        throw new HttpRequestException("The connection was closed.");
    }

    private async Task<OperationCanceledException> AssertCancelledAsync(Task asking)
    {
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(_caller.Token, exception.CancellationToken);
        return exception;
    }

    private void AssertNothingIsLeft(ScriptedChatClient inner)
    {
        Assert.All(inner.Calls, call => Assert.True(call.IsDisposed));
        Assert.Equal(0, _time.ActiveTimers);
    }

    private StreamingRecoveryChatClient Over(ScriptedChatClient inner, bool hedging) => new(
        inner, new StreamingRecoveryOptions { Hedging = { Enabled = hedging, Delay = Recovering.Second, Budget = 1 } }, _time);
}
