using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Cancellation at every stage of a call: prompt, with the caller's token, and the body disposed.</summary>
public sealed class HttpChatClientCancellationTests
{
    private static readonly ChatMessage[] Prompt = [new(ChatRole.User, "hello")];

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task MoveNextAsync_CancelledWhileSilent_ThrowsWithCallersTokenAfterEverythingReceived()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello).EndsInSilence());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Client(handler).GetStreamingResponseAsync(Prompt, null, cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await updates.MoveNextAsync());
        Task<bool> pending = updates.MoveNextAsync().AsTask();
        await handler.Exchanges[0].ReadPending;

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await handler.Exchanges[0].Disposed;
    }

    [Fact]
    public async Task MoveNextAsync_CancelledBetweenUpdatesThatAreAtHand_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello + OllamaLines.World + OllamaLines.Done));
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Client(handler).GetStreamingResponseAsync(Prompt, null, cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await updates.MoveNextAsync());

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponseAsync_Cancelled_ThrowsWithCallersToken(bool beforeTheCall)
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.NeverAnswers());
        if (beforeTheCall)
        {
            await cancellation.CancelAsync();
        }

        Task<ChatResponse> call = Client(handler).GetResponseAsync(Prompt, null, cancellation.Token);
        if (!beforeTheCall)
        {
            await handler.WaitForRequestAsync(0, TestContext.Current.CancellationToken);
            await cancellation.CancelAsync();
        }

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task GetResponseAsync_CancelledWhileTheErrorBodyHangs_Cancels()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.Status(500, "application/json").Text("{").EndsInSilence());
        Task<ChatResponse> call = Client(handler).GetResponseAsync(Prompt, null, cancellation.Token);
        await (await handler.WaitForRequestAsync(0, TestContext.Current.CancellationToken)).ReadPending;

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    private static ScriptedHttpResponse Ok() => ScriptedHttpResponse.Ok("application/x-ndjson");

    private OllamaChatClient Client(ScriptedHttpHandler handler) => new(new OllamaOptions { Model = "m", TimeProvider = _time }, new HttpClient(handler));
}
