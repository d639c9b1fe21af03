using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Sums by conversation and in total, within bounds.</summary>
public sealed class UsageAccumulatorTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Add_Records_SumsThemByConversationAndInTotal()
    {
        var accumulator = new UsageAccumulator(timeProvider: _time);

        accumulator.Add(Record("a", 10, 1));
        accumulator.Add(Record("a", 20, 2));
        accumulator.Add(Record("b", 5, 1));
        accumulator.Add(Record(null, 1, 1));

        Assert.Equal((2, 33), Of(accumulator.ForConversation("a")));
        Assert.Equal((1, 6), Of(accumulator.ForConversation("b")));
        Assert.Equal((4, 41), Of(accumulator.Total));
        Assert.Null(accumulator.ForConversation("c"));
        Assert.Equal(2, accumulator.Conversations);
    }

    [Fact]
    public void Add_EstimatesAndPrices_AreToldApart()
    {
        var accumulator = new UsageAccumulator(timeProvider: _time);

        accumulator.Add(new UsageRecord { Kind = UsageKind.Estimated, Usage = new UsageDetails { InputTokenCount = 5 }, InputError = 2, OutputError = 1, Timestamp = _time.GetUtcNow(), Cost = 0.5m });
        accumulator.Add(new UsageRecord { Kind = UsageKind.Partial, Usage = new UsageDetails { InputTokenCount = 5 }, InputError = 3, Timestamp = _time.GetUtcNow() });
        accumulator.Add(Record(null, 1, 1));

        UsageTotals total = accumulator.Total;
        Assert.Equal((2, 5, 1), (total.Inexact, total.InputError, total.OutputError));
        Assert.Equal((0.5m, 2), (total.Cost, total.Unpriced));
    }

    [Fact]
    public void Total_TakenBefore_DoesNotChange()
    {
        var accumulator = new UsageAccumulator(timeProvider: _time);
        accumulator.Add(Record("a", 10, 1));
        UsageTotals before = accumulator.Total;

        accumulator.Add(Record("a", 10, 1));
        before.Usage.InputTokenCount = 99;

        Assert.Equal((1, 11), Of(before));
        Assert.Equal(10, before.Usage.InputTokenCount);
    }

    [Fact]
    public void ForConversation_TooMany_ForgetsTheOneNotUsedForLongest()
    {
        var accumulator = new UsageAccumulator(maxConversations: 2, timeProvider: _time);
        accumulator.Add(Record("a", 1, 1));
        accumulator.Add(Record("b", 1, 1));
        accumulator.Add(Record("a", 1, 1));

        accumulator.Add(Record("c", 1, 1));

        Assert.Null(accumulator.ForConversation("b"));
        Assert.Equal((2, 4), Of(accumulator.ForConversation("a")));
        Assert.Equal((4, 8), Of(accumulator.Total));
    }

    [Fact]
    public void ForConversation_SilentForLongerThanItsLifetime_IsForgotten()
    {
        var accumulator = new UsageAccumulator(conversationLifetime: TimeSpan.FromMinutes(10), timeProvider: _time);
        accumulator.Add(Record("old", 1, 1));
        _time.Advance(TimeSpan.FromMinutes(6));
        accumulator.Add(Record("young", 1, 1));

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Null(accumulator.ForConversation("old"));
        Assert.NotNull(accumulator.ForConversation("young"));
        Assert.Equal(1, accumulator.Conversations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForConversation_ServiceThatRenamesItWithEveryAnswer_IsOneConversation(bool streaming)
    {
        using var client = new StreamingUsageChatClient(new ScriptedChatClient(_time, Answer("r1", 10), Answer("r2", 20)), timeProvider: _time);

        await client.AskAsync(streaming);
        await client.AskAsync(streaming, new ChatOptions { ConversationId = "r1" });

        UsageAccumulator accumulator = client.GetService<UsageAccumulator>()!;
        Assert.Equal(30, accumulator.ForConversation("r1")?.Usage.InputTokenCount);
        Assert.Equal(30, accumulator.ForConversation("r2")?.Usage.InputTokenCount);
        Assert.Equal((2, 30), (accumulator.Total.Answers, accumulator.Total.Usage.InputTokenCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForConversation_KeyOfTheApplication_ComesFirst(bool streaming)
    {
        var options = new StreamingUsageOptions { ConversationId = options => options?.AdditionalProperties?["tenant"] as string };
        using var client = new StreamingUsageChatClient(new ScriptedChatClient(_time, Answer("r1", 10)), options, _time);

        await client.AskAsync(streaming, new ChatOptions { ConversationId = "c", AdditionalProperties = new AdditionalPropertiesDictionary { ["tenant"] = "t" } });
        await client.AskAsync(streaming, new ChatOptions { ConversationId = "c" });

        UsageAccumulator accumulator = client.GetService<UsageAccumulator>()!;
        Assert.Equal(1, accumulator.ForConversation("t")?.Answers);
        Assert.Equal(1, accumulator.ForConversation("c")?.Answers);
    }

    [Fact]
    public async Task Add_FromManyThreads_LosesNothing()
    {
        var accumulator = new UsageAccumulator(maxConversations: 5, timeProvider: _time);

        await Parallel.ForAsync(0, 1000, Token, (number, cancellationToken) =>
        {
            accumulator.Add(Record($"c{number % 10}", 1, 1));
            Assert.True(accumulator.Total.Answers > 0);
            return ValueTask.CompletedTask;
        });

        Assert.Equal((1000, 2000), Of(accumulator.Total));
        Assert.Equal(5, accumulator.Conversations);
    }

    [Fact]
    public void Constructor_BoundsNotAboveZero_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maxConversations", () => new UsageAccumulator(maxConversations: 0));
        Assert.Throws<ArgumentOutOfRangeException>("conversationLifetime", () => new UsageAccumulator(conversationLifetime: TimeSpan.Zero));
    }

    private static StreamScript Answer(string id, long input) => StreamScript.New().Update(new ChatResponseUpdate(ChatRole.Assistant, [new TextContent("Hi"), new UsageContent(
        new UsageDetails { InputTokenCount = input })]) { ResponseId = id, ConversationId = id, FinishReason = ChatFinishReason.Stop });

    private static (long Answers, long? Tokens) Of(UsageTotals? totals) => (totals!.Answers, totals.Usage.TotalTokenCount);

    private UsageRecord Record(string? conversation, long input, long output) => new()
    {
        Kind = UsageKind.Reported,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output },
        ConversationId = conversation,
        Timestamp = _time.GetUtcNow(),
    };
}
