using System.Diagnostics;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Real sockets: when the server sees the connection close, and when it sees the same one again.</summary>
[Collection(nameof(Alone))]
public sealed class ConnectionTests
{
    // The target is 50 ms, and the benchmark measures it; a busy machine is given more here, and still far less than the 2 s of a plain HttpClient.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Break_WhileTheServerHoldsTheAnswer_ClosesTheConnectionAtOnce(bool callersHttpClient)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Test);
        _ = server.PauseAfterChunks(3);
        using HttpClient? http = callersHttpClient ? new HttpClient() : null;
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" }, http);

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("hello", cancellationToken: Test))
        {
            break;
        }

        await AssertClosedAsync(server, TimeProvider.System.GetTimestamp());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_WhileTheServerIsSilent_ClosesTheConnectionAtOnce(bool callersHttpClient)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Test);
        Task held = server.PauseAfterChunks(2);
        using HttpClient? http = callersHttpClient ? new HttpClient() : null;
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" }, http);
        using var cancellation = new CancellationTokenSource();
        Task<ChatResponse> call = client.GetResponseAsync("hello", cancellationToken: cancellation.Token);
        await held;

        long cancelled = TimeProvider.System.GetTimestamp();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await AssertClosedAsync(server, cancelled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponseAsync_TwentyAnswersWithALateLastChunk_UseOneConnection(bool callersHttpClient)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(
            new EmulatedServerOptions { Words = 5, FinalChunkDelay = TimeSpan.FromMilliseconds(5) }, Test);
        using HttpClient? http = callersHttpClient ? new HttpClient() : null;
        using var client = new OllamaChatClient(Unhurried(server), http);

        for (int i = 0; i < 20; i++)
        {
            await client.GetResponseAsync("hello", cancellationToken: Test);
        }

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task Break_AfterTheFinishReason_KeepsTheConnection()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new EmulatedServerOptions { Words = 5 }, Test);
        using var client = new OllamaChatClient(Unhurried(server));

        for (int i = 0; i < 3; i++)
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hello", cancellationToken: Test))
            {
                if (update.FinishReason is not null)
                {
                    break;
                }
            }
        }

        Assert.Equal(1, server.ConnectionCount);
    }

    // The clock stands still: a machine that stalls longer than the client waits for the last chunk costs no connection.
    private static OllamaOptions Unhurried(EmulatedOllamaServer server) => new() { Endpoint = server.Endpoint, Model = "emulated", TimeProvider = new ManualTimeProvider() };

    private static async Task AssertClosedAsync(EmulatedOllamaServer server, long since)
    {
        long closed = await server.Requests[0].Closed.WaitAsync(TimeSpan.FromSeconds(30), Test);
        TimeSpan after = Stopwatch.GetElapsedTime(since, closed);
        Assert.True(after < Prompt, $"The server saw the connection close after {after.TotalMilliseconds} ms.");
    }
}
