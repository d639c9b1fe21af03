using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Timeouts;

/// <summary>However a client reacts when it is given up: the reason why decides what the caller gets.</summary>
public sealed class StreamingTimeoutReactionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerCancelsAndClientIgnoresIt_IsLeftAfterTheGraceWithoutAnyClock(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        using var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        using StreamingTimeoutChatClient client = Over(inner);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(caller.Token, (await failure).CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ClientReportsItsBrokenConnection_StaysATimeout(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        using StreamingTimeoutChatClient client = Over(new BreakingChatClient(inner), total: 2 * Second);

        Task<ChatTimeoutException> failure = Assert.ThrowsAsync<ChatTimeoutException>(() => RunAsync(client, streaming, Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(2 * Second);

        Assert.Equal(ChatTimeoutPhase.Total, (await failure).Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ClientReportsItsBrokenConnection_StaysACancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        using StreamingTimeoutChatClient client = Over(new BreakingChatClient(inner), total: 2 * Second);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();

        Assert.Equal(caller.Token, (await failure).CancellationToken);
    }

    private StreamingTimeoutChatClient Over(IChatClient inner, TimeSpan? total = null) =>
        new(inner, new StreamingTimeoutOptions { FirstContent = null, Idle = null, Total = total }, _time);

    private static Task<ChatResponse> RunAsync(IChatClient client, bool streaming, CancellationToken cancellationToken) => streaming
        ? Task.Run(() => client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(CancellationToken.None), CancellationToken.None)
        : Task.Run(() => client.GetResponseAsync("hi", cancellationToken: cancellationToken), CancellationToken.None);
}
