using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>What a cache hands out again was paid for once.</summary>
public sealed class UsageReplayTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Call_CacheHit_CountsZero(bool streaming, bool coalesces)
    {
        using var client = Over(new CachingChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("Hel").Text("lo").Usage(10, 2).Finish()), coalesces));

        await client.AskAsync(streaming);
        await client.AskAsync(streaming);

        Assert.Equal([false, true], _records.Select(record => record.IsCacheHit));
        Assert.All(_records, record => Assert.Equal(12, record.Usage.TotalTokenCount));
        Assert.Equal([11m, 0m], _records.Select(record => record.Cost));
        UsageTotals total = client.GetService<UsageAccumulator>()!.Total;
        Assert.Equal((2, 1, 12, 11m), (total.Answers, total.CacheHits, total.Usage.TotalTokenCount, total.Cost));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_FirstUpdateHasEmptyIdsAndTheEpoch_HasTheModelOfTheOthersAndIsRecognised(bool coalesces)
    {
        // Azure OpenAI's first chunk, which has the results of its filters alone.
        var first = new ChatResponseUpdate { Role = ChatRole.Assistant, ResponseId = "", ModelId = "", CreatedAt = DateTimeOffset.UnixEpoch };
        StreamScript script = StreamScript.New().Update(first).Text("Hel").Text("lo").Usage(10, 2).Finish();
        using var client = Over(new CachingChatClient(new ScriptedChatClient(_time, script), coalesces));

        await client.AskAsync(streaming: true);
        await client.AskAsync(streaming: true);

        Assert.Equal(["scripted", "scripted"], _records.Select(record => record.Model));
        Assert.Equal([11m, 0m], _records.Select(record => record.Cost));
        Assert.Equal([false, true], _records.Select(record => record.IsCacheHit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_CachedToolLoop_CountsZero(bool coalesces)
    {
        using var client = Over(new CachingChatClient(new LoopingChatClient(new ScriptedChatClient(
            _time,
            StreamScript.New().ToolCall("c", "f").Usage(10, 2).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Text("done").Usage(15, 3).Finish())), coalesces));

        await client.AskAsync(streaming: true);
        await client.AskAsync(streaming: true);

        Assert.Equal([false, true], _records.Select(record => record.IsCacheHit));
        Assert.Equal([30, 30], _records.Select(record => record.Usage.TotalTokenCount));
        Assert.Equal([UsageKind.Reported, UsageKind.Reported], _records.Select(record => record.Kind));
        Assert.Equal(30, client.GetService<UsageAccumulator>()!.Total.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_CacheUnderTheToolLoop_CountsTheNewRoundAlone()
    {
        var inner = new ScriptedChatClient(
            _time,
            StreamScript.New().ToolCall("c", "f").Usage(10, 2).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Text("done").Usage(15, 3).Finish());
        var cache = new CachingChatClient(inner, coalesces: true);
        using var client = Over(new LoopingChatClient(cache));

        await client.AskAsync(streaming: true);
        cache.Forget(longerThan: 1);
        await client.AskAsync(streaming: true);

        Assert.Equal([30, 18], _records.Select(record => record.Usage.TotalTokenCount));
        Assert.Equal([false, false], _records.Select(record => record.IsCacheHit));
    }

    [Fact]
    public async Task Stream_BrokenReplay_CountsZero()
    {
        using var client = Over(new CachingChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("Hel").Text("lo").Usage(10, 2).Finish()), coalesces: false));

        await client.AskAsync(streaming: true);
        await client.ReadUntilAsync(update => update.Text == "Hel");

        Assert.True(_records[1].IsCacheHit);
        Assert.Equal(12, client.GetService<UsageAccumulator>()!.Total.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_BrokenReplayOfRunningTotals_CountsZero()
    {
        StreamScript totals = StreamScript.New().Text("Hel").Usage(10, 1).Text("lo").Usage(10, 2).Finish();
        using var client = Over(new CachingChatClient(new ScriptedChatClient(_time, totals), coalesces: false));

        await client.AskAsync(streaming: true);
        await client.ReadUntilAsync(update => update.Contents.OfType<UsageContent>().Any());

        Assert.True(_records[1].IsCacheHit);
        Assert.Equal(12, client.GetService<UsageAccumulator>()!.Total.Usage.TotalTokenCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OtherNumbersUnderTheSameId_IsAnAnswerOfItsOwn(bool streaming)
    {
        using var client = Over(new ScriptedChatClient(_time, Whole("constant", 10), Whole("constant", 11)));

        await client.AskAsync(streaming);
        await client.AskAsync(streaming);

        Assert.Equal([false, false], _records.Select(record => record.IsCacheHit));
        Assert.Equal(21, client.GetService<UsageAccumulator>()!.Total.Usage.InputTokenCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_AnswersWithoutIds_AlwaysCount(bool streaming)
    {
        using var client = Over(new ScriptedChatClient(_time, Whole(null, 10)));

        await client.AskAsync(streaming);
        await client.AskAsync(streaming);

        Assert.Equal(20, client.GetService<UsageAccumulator>()!.Total.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Stream_ReplayBehindTheBound_Counts()
    {
        using var client = Over(new CachingChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("Hi").Usage(10, 2).Finish()), coalesces: false));

        await client.AskAsync(streaming: true);
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1));
        await client.AskAsync(streaming: true);

        Assert.Equal([false, false], _records.Select(record => record.IsCacheHit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TwoStagesOverOneAccumulator_CountOnce(bool streaming)
    {
        var accumulator = new UsageAccumulator(timeProvider: _time);
        var inner = new StreamingUsageChatClient(
            new ScriptedChatClient(_time, StreamScript.New().Text("Hi").Usage(10, 2).Finish()), timeProvider: _time, accumulator: accumulator);
        using var outer = new StreamingUsageChatClient(inner, timeProvider: _time, accumulator: accumulator);

        await outer.AskAsync(streaming);

        Assert.Equal(12, accumulator.Total.Usage.TotalTokenCount);
    }

    private static StreamScript Whole(string? id, long input) => StreamScript.New().Update(new ChatResponseUpdate(ChatRole.Assistant, [new TextContent("Hi"), new UsageContent(
        new UsageDetails { InputTokenCount = input })]) { ResponseId = id, CreatedAt = ManualTimeProvider.DefaultStart, FinishReason = ChatFinishReason.Stop });

    private StreamingUsageChatClient Over(IChatClient inner) => new(
        inner,
        new StreamingUsageOptions { Prices = new PriceTable { ["scripted"] = new() { Input = 1_000_000m, Output = 500_000m } } },
        _time,
        sinks: [RecordingSink.Into(_records)]);
}
