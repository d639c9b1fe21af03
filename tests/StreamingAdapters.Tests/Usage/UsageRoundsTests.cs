using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Tool loops and attempts: everything is paid for, and once.</summary>
public sealed class UsageRoundsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ToolLoop_AddsTheRounds()
    {
        using var client = Loop(
            StreamScript.New().ToolCall("c", "f").Usage(10, 2).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Text("done").Usage(15, 3).Finish());

        await client.AskAsync(streaming: true);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Reported, "response-2"), (record.Kind, record.ResponseId));
        AssertTokens(25, 5, record);
    }

    [Fact]
    public async Task Stream_BrokenInTheSecondRound_AddsWhatIsEstimatedOfIt()
    {
        using var client = Loop(
            StreamScript.New().ToolCall("c", "f").Usage(10, 2).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Text("twelve bytes").Text("more").Usage(15, 3).Finish());

        await client.ReadUntilAsync(update => update.Text == "twelve bytes", "sixteen bytes ok");

        // Its request is the prompt, the call ("f") and the result ("ok"): 19 bytes.
        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Partial, record.Kind);
        AssertTokens(10 + 5, 2 + 3, record);
        Assert.True(record is { InputError: > 0, OutputError: > 0 });
    }

    [Fact]
    public async Task Stream_SecondRoundFailsBeforeAnythingCame_EstimatesItsRequest()
    {
        using var client = Loop(
            StreamScript.New().ToolCall("c", "f").Usage(10, 2).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Fault(new ChatTimeoutException(ChatTimeoutPhase.FirstContent, TimeSpan.FromMinutes(1), "Slow.", null)));

        ChatTimeoutException exception = await Assert.ThrowsAsync<ChatTimeoutException>(() => client.AskAsync(streaming: true, prompt: "sixteen bytes ok"));

        Assert.Equal(UsageKind.Partial, exception.GetUsage()!.Kind);
        AssertTokens(10 + 5, 2, Assert.Single(_records));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_FailedAttempts_AreAdded(bool streaming)
    {
        var attempts = new AdditionalPropertiesDictionary
        {
            [StreamingKeys.Attempts] = AttemptRecord.Write(
            [
                new AttemptRecord { Kind = ChatErrorKind.IdleTimeout, Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 1, TotalTokenCount = 11 } },
                new AttemptRecord { Kind = ChatErrorKind.RateLimited },
                new AttemptRecord { Usage = new UsageDetails { InputTokenCount = 999 } },
            ]),
        };
        using var client = Over(new ScriptedChatClient(_time, StreamScript.New()
            .Update(new ChatResponseUpdate(ChatRole.Assistant, "Hi") { ResponseId = "response-1", AdditionalProperties = attempts })
            .Usage(10, 4)
            .Finish()));

        await client.AskAsync(streaming);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Reported, record.Kind);
        AssertTokens(20, 5, record);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_EveryAttemptFails_CountsWhatTheySaid(bool streaming)
    {
        using var client = Over(new ScriptedChatClient(_time, StreamScript.New().Fault(Exhausted())));

        await Assert.ThrowsAsync<ChatStreamException>(() => client.AskAsync(streaming));

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Partial, record.Kind);
        AssertTokens(30, 7, record);
    }

    [Fact]
    public async Task Stream_LastAttemptFailsAfterContent_CountsItOnce()
    {
        using var client = Over(new ScriptedChatClient(_time, StreamScript.New()
            .Text("Hi").Content(() => new UsageContent(new UsageDetails { InputTokenCount = 20, OutputTokenCount = 6, TotalTokenCount = 26 })).Fault(Exhausted())));

        await Assert.ThrowsAsync<ChatStreamException>(() => client.AskAsync(streaming: true));

        AssertTokens(30, 7, Assert.Single(_records));
    }

    [Fact]
    public async Task Stream_RoundsOfTwoModels_CostByTheirOwnPrices()
    {
        var options = new StreamingUsageOptions { Prices = new PriceTable { ["small"] = new() { Input = 1m, Output = 2m }, ["large"] = new() { Input = 10m, Output = 20m } } };
        ChatResponseUpdate small = new(ChatRole.Assistant, [new TextContent("a"), Usage(1_000_000, 0)]) { ResponseId = "1", ModelId = "small-v1" };
        ChatResponseUpdate large = new(ChatRole.Assistant, [new TextContent("b"), Usage(0, 1_000_000)]) { ResponseId = "2", ModelId = "large" };
        using var client = Over(new ScriptedChatClient(_time, StreamScript.New().Update(small).Update(large)), options);

        await client.AskAsync(streaming: true);

        Assert.Equal(21m, Assert.Single(_records).Cost);
        Assert.Equal(21m, client.GetService<UsageAccumulator>()!.Total.Cost);
    }

    private static UsageContent Usage(long input, long output) =>
        new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output });

    private static ChatStreamException Exhausted()
    {
        var failure = new ChatStreamException(ChatErrorKind.Truncated, "Cut again.");
        failure.Data[StreamingKeys.Attempts] = AttemptRecord.Write(
        [
            new AttemptRecord { Kind = ChatErrorKind.Truncated, Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 1, TotalTokenCount = 11 } },
            new AttemptRecord { Kind = ChatErrorKind.Truncated, Usage = new UsageDetails { InputTokenCount = 20, OutputTokenCount = 6, TotalTokenCount = 26 } },
        ]);
        return failure;
    }

    private static void AssertTokens(long input, long output, UsageRecord record) => Assert.Equal(
        (input, output, input + output), (record.Usage.InputTokenCount, record.Usage.OutputTokenCount, record.Usage.TotalTokenCount));

    private StreamingUsageChatClient Loop(params StreamScript[] scripts) => Over(new LoopingChatClient(new ScriptedChatClient(_time, scripts)));

    private StreamingUsageChatClient Over(IChatClient inner, StreamingUsageOptions? options = null) =>
        new(inner, options, _time, sinks: [RecordingSink.Into(_records)]);
}
