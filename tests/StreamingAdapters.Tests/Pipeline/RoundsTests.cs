using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>An answer of two rounds, with a tool between them, through the configured whole.</summary>
public sealed class RoundsTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    // Longer than every clock of the timeout stage.
    private static readonly TimeSpan ToolTime = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider _time = new();
    private int? _timersInTool;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task TwoRounds_ToolSlowerThanEveryClock_OneSummaryAndTheUsageOfBoth(bool streaming, bool coalescing)
    {
        ScriptedChatClient inner = TwoRounds();
        using IChatClient client = Build(inner, StreamingMode.Enhanced, coalescing);

        ChatResponse response = await client.AskAsync(streaming, Tools());

        StreamSummary summary = response.GetStreamSummary()!;
        Assert.Equal(2, inner.Calls.Count);
        Assert.EndsWith("It rains.", response.Text, StringComparison.Ordinal);
        Assert.Equal((30, 12, 42), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal((StreamOutcome.Completed, 42L), (summary.Outcome, summary.Usage!.TotalTokenCount));
        UsageTotals totals = client.GetService<UsageAccumulator>()!.Total;
        Assert.Equal((30L, 12L), (totals.Usage.InputTokenCount, totals.Usage.OutputTokenCount));
        Assert.True(summary.Duration >= ToolTime);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Tool_Runs_NoClockRuns(bool coalescing, int mostTimers)
    {
        using IChatClient client = Build(TwoRounds(), StreamingMode.Enhanced, coalescing);

        await client.AskAsync(streaming: true, Tools());

        // Coalescing leaves its timer set behind text that went out early; it fires into nothing.
        Assert.InRange(_timersInTool!.Value, 0, mostTimers);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 11)]
    public async Task TwoRounds_Streaming_OneGaplessIndexOverAllChunks(bool coalescing, int count)
    {
        using IChatClient client = Build(TwoRounds(), StreamingMode.Enhanced, coalescing);

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("Weather?", Tools(), Token).ToListAsync(Token);

        List<ChatResponseUpdate> chunks = updates[..^1];
        Assert.Equal(Enumerable.Range(0, chunks.Count).Select(index => (long?)index), chunks.Select(update => update.GetChunkMetadata()?.Index));
        Assert.NotNull(updates[^1].GetStreamSummary());
        Assert.Equal(count, chunks.Count);
        Assert.Equal("Let me see.It rains.", string.Concat(chunks.Select(chunk => chunk.Text)));
        Assert.Equal(chunks.Count, updates[^1].GetStreamSummary()!.Chunks);
        Assert.Single(updates, update => update.GetStreamSummary() is not null);
        Assert.Contains(chunks, update => update.Contents.Any(content => content is FunctionResultContent));
        Assert.Equal(2, chunks.SelectMany(update => update.Contents).OfType<UsageContent>().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoRounds_Basic_RunsTheToolToo(bool streaming)
    {
        ScriptedChatClient inner = TwoRounds();
        using IChatClient client = Build(inner, StreamingMode.Basic);

        ChatResponse response = await client.AskAsync(streaming, Tools());

        Assert.EndsWith("It rains.", response.Text, StringComparison.Ordinal);
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], inner.Calls[1].Messages.Select(message => message.Role));
        Assert.Null(response.GetStreamSummary());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoRounds_SecondIsSilent_EndsByItsOwnClock(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, FirstRound(), StreamScript.New().Silence());
        using IChatClient client = inner.AsBuilder()
            .UseStreaming(
                options =>
                {
                    options.Mode = StreamingMode.Enhanced;
                    options.Timeout.Total = Idle;
                },
                rounds => rounds.Use(next => new RoundLoopChatClient(next)))
            .Build(new TestServices(_time));

        Task<ChatResponse> answer = client.AskAsync(streaming, Tools());
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);
        _time.Advance(Idle);

        ChatTimeoutException failure = await Assert.ThrowsAsync<ChatTimeoutException>(() => answer);
        Assert.Equal(ChatTimeoutPhase.Total, failure.Phase);
        Assert.Equal((StreamOutcome.Failed, "TotalTimeout"), (failure.GetStreamSummary()!.Outcome, failure.GetStreamSummary()!.ErrorType));
        Assert.Equal(streaming ? "Let me see." : "", failure.Partial);
    }

    [Fact]
    public async Task Usage_AfterChangesOfTheConfiguration_GoesOn()
    {
        var settings = new ChatSettings(("Mode", "Enhanced"));
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Usage(2, 1).Finish());
        using IChatClient client = inner.AsBuilder().UseStreaming(settings.Section).Build();

        await client.AskAsync(streaming: true);
        UsageAccumulator before = client.GetService<UsageAccumulator>()!;
        settings.Set(("Mode", "Basic"));
        await client.AskAsync(streaming: true);
        UsageAccumulator between = client.GetService<UsageAccumulator>()!;
        settings.Set(("Mode", "Enhanced"));
        await client.AskAsync(streaming: true);

        Assert.Same(before, between);
        Assert.Same(before, client.GetService<UsageAccumulator>());
        Assert.Equal(2, before.Total.Answers);
    }

    private static StreamScript FirstRound() => StreamScript.New().Text("Let me ").Text("see.").ToolCall("c1", "weather").Usage(10, 5).Finish(ChatFinishReason.ToolCalls);

    private ScriptedChatClient TwoRounds() => new(_time, FirstRound(), StreamScript.New().Text("It ").Text("rai").Text("ns.").Usage(20, 7).Finish());

    private ChatOptions Tools() => new()
    {
        Tools = [new StubFunction("weather", () =>
        {
            _timersInTool = _time.ActiveTimers;
            _time.Advance(ToolTime);
            return "rain";
        })],
    };

    private IChatClient Build(ScriptedChatClient inner, StreamingMode mode, bool coalescing = true) => inner.AsBuilder()
        .UseStreaming(
            options =>
            {
                options.Mode = mode;
                options.Coalescing.Enabled = coalescing;
                options.Timeout.Idle = Idle;
                options.Timeout.Total = TimeSpan.FromMinutes(10);
            },
            rounds => rounds.Use(next => new RoundLoopChatClient(next)))
        .Build(new TestServices(_time));
}
