namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Answers that are late by the server's clock, and complete all the same.</summary>
public sealed class SlowFaultTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Ollama, true)]
    [InlineData(OpenAI, true)]
    [InlineData(OpenAI, false)]
    public async Task SlowHeaders_NothingBeforeTheDelay_ThenTheSameAnswer(string serverName, bool stream)
    {
        FaultRun normal = await FaultRun.RunAsync(serverName, stream: stream);
        var clock = new ManualTimeProvider();
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { Words = 4, TimeProvider = new ClockOfTimers(clock) });
        server.Enqueue(ServerFault.SlowHeaders(Delay));
        using var client = new ServerClient(server);

        Task<HttpResponseMessage> opening = client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request(stream));
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(Delay - TimeSpan.FromTicks(1));
        (bool openedEarly, int timers) = (opening.IsCompleted, clock.ActiveTimers);
        clock.Advance(TimeSpan.FromTicks(1));
        using HttpResponseMessage response = await opening.Within();
        (string text, Exception? error) = await ServerClient.ReadAsync(response);

        Assert.Equal((false, 1), (openedEarly, timers));
        Assert.Equal(normal.Text, text);
        Assert.Null(error);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task SlowFirstContent_HeadersAndPreambleAtOnce_ThenTheSameAnswer(string serverName)
    {
        FaultRun normal = await FaultRun.RunAsync(serverName);
        string preamble = serverName == Ollama ? "" : FaultRun.Frames(serverName, normal.Text)[0];
        var clock = new ManualTimeProvider();
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { Words = 4, TimeProvider = new ClockOfTimers(clock) });
        server.Enqueue(ServerFault.SlowFirstContent(Delay));
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request());
        Stream stream = await response.Content.ReadAsStreamAsync(Token);
        byte[] first = new byte[preamble.Length];
        await stream.ReadExactlyAsync(first, Token);
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(Delay - TimeSpan.FromTicks(1));
        (int sent, int timers) = (server.Requests[0].ChunksSent, clock.ActiveTimers);
        clock.Advance(TimeSpan.FromTicks(1));
        using var reader = new StreamReader(stream);
        string rest = await reader.ReadToEndAsync(Token);

        Assert.Equal(preamble, System.Text.Encoding.UTF8.GetString(first));
        Assert.Equal((0, 1), (sent, timers));
        Assert.Equal(normal.Text[preamble.Length..], rest);
    }

    [Fact]
    public async Task SlowFirstContent_NoStream_AnswersAtOnce()
    {
        FaultRun normal = await FaultRun.RunAsync(OpenAI, stream: false);

        FaultRun run = await FaultRun.RunAsync(OpenAI, ServerFault.SlowFirstContent(Delay), stream: false);

        Assert.Equal(normal.Text, run.Text);
    }

    [Fact]
    public void SlowFaults_NegativeDelay_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("delay", static () => ServerFault.SlowHeaders(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("delay", static () => ServerFault.SlowFirstContent(TimeSpan.FromTicks(-1)));
    }

    /// <summary>A clock whose date stands still: answers stay comparable byte by byte while its timers fire.</summary>
    private sealed class ClockOfTimers(ManualTimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => ManualTimeProvider.DefaultStart;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
