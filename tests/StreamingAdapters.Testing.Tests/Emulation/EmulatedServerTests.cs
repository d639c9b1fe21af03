using System.Text;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>What both servers do alike, shown on one of them.</summary>
public sealed class EmulatedServerTests
{
    private const string Request = """{"model":"emulated","messages":[{"role":"user","content":"Hi"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_RecordsMethodPathHeadersAndBody()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        client.Http.DefaultRequestHeaders.Add("X-Two", ["a", "b"]);

        await client.ReadAsync("/api/chat", Request);

        EmulatedRequest request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/api/chat"), (request.Method, request.Path));
        Assert.Equal("a, b", request.Headers["x-two"]);
        Assert.Equal(Request, Encoding.UTF8.GetString(request.Body.Span));
        Assert.Equal("emulated", request.Json?.GetProperty("model").GetString());
        await request.Answered.Within();
        Assert.Equal(0, server.OpenStreams);
        Assert.Equal(60, request.ChunksSent);
    }

    [Fact]
    public async Task ConnectionCount_SequentialAnswers_OneConnection()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        await client.ReadAsync("/api/chat", Request);
        await client.ReadAsync("/api/chat", Request);

        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(server.Requests[0].ConnectionId, server.Requests[1].ConnectionId);
    }

    [Fact]
    public async Task PauseAfterChunks_HoldsTheAnswerUntilResume()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        Task paused = server.PauseAfterChunks(2);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        await reader.ReadLineAsync(Token);
        await reader.ReadLineAsync(Token);
        await paused.Within();
        (int sent, int open) = (server.Requests[0].ChunksSent, server.OpenStreams);
        server.Resume();
        string rest = await reader.ReadToEndAsync(Token);

        Assert.Equal((2, 1), (sent, open));
        Assert.Equal(59, rest.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task Aborted_ClientDisposesInMidAnswer_EndsWithTheMoment()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        Task paused = server.PauseAfterChunks(1);
        HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        await paused.Within();
        EmulatedRequest request = server.Requests[0];
        bool before = request.Aborted.IsCompleted;

        long disposed = TimeProvider.System.GetTimestamp();
        response.Dispose();
        long aborted = await request.Aborted.Within();
        await request.Closed.Within();
        await request.Answered.Within();

        Assert.False(before);
        Assert.True(aborted >= disposed);
        Assert.Equal(0, server.OpenStreams);
    }

    [Fact]
    public async Task Aborted_AnswerCompletedAndConnectionClosedLater_NeverEnds()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using (var client = new ServerClient(server))
        {
            await client.ReadAsync("/api/chat", Request);
        }

        await server.Requests[0].Closed.Within();

        Assert.False(server.Requests[0].Aborted.IsCompleted);
    }

    [Fact]
    public async Task Pace_DelaysEachChunkButTheFirst()
    {
        var clock = new ManualTimeProvider();
        await using EmulatedOllamaServer server =
            await EmulatedOllamaServer.StartAsync(new() { Words = 3, Pace = TimeSpan.FromSeconds(1), TimeProvider = clock }, Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        var seen = new List<int>();
        for (int i = 0; i < 2; i++)
        {
            await clock.WaitForTimersAsync(1, Token).Within();
            seen.Add(server.Requests[0].ChunksSent);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        (string body, _) = await ServerClient.ReadAsync(response);

        Assert.Equal([1, 2], seen);
        Assert.Equal(4, body.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task FinalChunkDelay_BodyEndsThatMuchLater()
    {
        var clock = new ManualTimeProvider();
        await using EmulatedOllamaServer server =
            await EmulatedOllamaServer.StartAsync(new() { Words = 1, FinalChunkDelay = TimeSpan.FromMilliseconds(5), TimeProvider = clock }, Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        await reader.ReadLineAsync(Token);
        string? last = await reader.ReadLineAsync(Token);
        Task<string?> end = reader.ReadLineAsync(Token).AsTask();
        await clock.WaitForTimersAsync(1, Token).Within();
        bool endedEarly = end.IsCompleted;
        clock.Advance(TimeSpan.FromMilliseconds(5));

        Assert.Contains("\"done\":true", last, StringComparison.Ordinal);
        Assert.False(endedEarly);
        Assert.Null(await end.Within());
    }

    [Fact]
    public async Task WaitForRequestAsync_EndsWhenTheRequestArrives()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        Task<EmulatedRequest> second = server.WaitForRequestAsync(1, Token);
        await client.ReadAsync("/api/chat", Request);
        bool afterFirst = second.IsCompleted;
        await client.ReadAsync("/api/chat", """{"model":"emulated","messages":[],"mark":2}""");

        Assert.False(afterFirst);
        Assert.Equal(2, (await second.Within()).Json?.GetProperty("mark").GetInt32());
    }

    [Fact]
    public async Task Request_LoneSurrogateEscape_AnsweredAsAnyOther()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", """{"model":"emulated","messages":[{"role":"user","content":"a\ud83db"}]}""".Replace(@"\", @""));

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Answer_Long_MadeWhileItIsSent()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = int.MaxValue }, Token);
        using var client = new ServerClient(server);

        HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        using (Stream stream = await response.Content.ReadAsStreamAsync(Token))
        {
            await stream.ReadExactlyAsync(new byte[1_000_000], Token);
        }

        response.Dispose();
        await server.Requests[0].Aborted.Within();
        await server.Requests[0].Answered.Within();
        Assert.Equal(0, server.OpenStreams);
    }

    [Fact]
    public async Task StartAsync_OptionOutOfRange_Throws() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("ChunkWords", () => EmulatedOllamaServer.StartAsync(new() { ChunkWords = 0 }, Token));

    [Fact]
    public async Task DisposeAsync_InMidAnswer_CutsItOff()
    {
        EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        Task paused = server.PauseAfterChunks(1);
        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Request);
        await paused.Within();

        await server.DisposeAsync();
        (string body, Exception? error) = await ServerClient.ReadAsync(response);

        Assert.Single(body.TrimEnd('\n').Split('\n'));
        Assert.NotNull(error);
    }

    [Fact]
    public async Task DisposeAsync_Twice_DoesNothingMore()
    {
        EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);

        await server.DisposeAsync();
        Exception? error = await Record.ExceptionAsync(() => server.DisposeAsync().AsTask());

        Assert.Null(error);
    }
}
