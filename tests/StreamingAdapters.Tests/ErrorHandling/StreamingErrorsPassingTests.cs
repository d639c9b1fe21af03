using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.ErrorHandling;

/// <summary>What the stage does not touch: the caller's cancellation, the application's own exceptions.</summary>
public sealed class StreamingErrorsPassingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Foreign => ["argument", "disposed", "invalid", "JSON", "timeout", "cancelled by nobody", "file", "aggregate"];

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Call_OfTheApplicationsOwnCode_PassesAsItIs(string name)
    {
        foreach (bool streaming in (bool[])[true, false])
        {
            var inner = new ThrowingChatClient("Hel", () => throw ThrownBy(name));
            using var client = new StreamingErrorsChatClient(inner);

            Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, streaming));

            Assert.Same(inner.Thrown, failure);
            Assert.Contains(nameof(ThrowingChatClient), failure.StackTrace, StringComparison.Ordinal);
            Assert.Empty(failure.Data);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ClientReportsABrokenConnectionWhenCancelled_IsTheCallersCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ThrowingChatClient("Hel", () =>
        {
            caller.Cancel();
            throw new IOException("x");
        });
        using var client = new StreamingErrorsChatClient(inner);

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(() => AskAsync(client, streaming, caller.Token));

        Assert.Equal(caller.Token, failure.CancellationToken);
        Assert.Same(inner.Thrown, failure.InnerException?.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CancelledWithATokenOfTheClient_PassesAsItIs(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        using var clients = new CancellationTokenSource();
        var inner = new ThrowingChatClient("Hel", () =>
        {
            caller.Cancel();
            throw new OperationCanceledException("x", new TimeoutException(), clients.Token);
        });
        using var client = new StreamingErrorsChatClient(inner);

        Assert.Same(await Assert.ThrowsAsync<OperationCanceledException>(() => AskAsync(client, streaming, caller.Token)), inner.Thrown);
    }

    [Fact]
    public async Task Stream_CancelledBetweenTwoUpdates_EndsWithTheNext()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish());
        using var client = new StreamingErrorsChatClient(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await caller.CancelAsync();
        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());

        Assert.True(failure.CancellationToken.IsCancellationRequested);
        Assert.True(inner.Calls[0].IsCancelled);
    }

    [Fact]
    public async Task Stream_ClientIgnoresItsToken_IsWaitedFor()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Hang());
        using var client = new StreamingErrorsChatClient(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        Task<bool> pending = updates.MoveNextAsync().AsTask();
        await caller.CancelAsync();
        bool waited = !pending.IsCompleted;
        inner.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pending);
        Assert.True(waited);
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken = default) => streaming
        ? client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(CancellationToken.None)
        : client.GetResponseAsync("hi", cancellationToken: cancellationToken);

    private static Exception ThrownBy(string name) => name switch
    {
        "argument" => new ArgumentOutOfRangeException(nameof(name)),
        "disposed" => new ObjectDisposedException(nameof(name)),
        "invalid" => new InvalidOperationException("x"),
        "JSON" => Assert.ThrowsAny<System.Text.Json.JsonException>(() => System.Text.Json.JsonDocument.Parse("{")),
        "timeout" => new TimeoutException(),
        "cancelled by nobody" => new TaskCanceledException("x", new IOException()),
        "file" => new FileNotFoundException("x"),
        _ => new AggregateException(new HttpRequestException(HttpRequestError.ConnectionError)),
    };
}
