using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Usage;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Usage is the truth, however many attempts an answer took.</summary>
public sealed class RecoveryUsageTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    [Fact]
    public async Task Usage_ThreeAttempts_IsTheirSum()
    {
        var inner = new ScriptedChatClient(_time, FailingBehind(10), FailingBehind(11), Recovering.Answering("a"));
        using IChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        AssertUsage(10 + 11 + 10, 2);
        Assert.Equal([10L, 11L, null], AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => attempt.Usage?.InputTokenCount));
    }

    [Fact]
    public async Task Usage_ThreeAttemptsFail_IsTheirSum()
    {
        using IChatClient client = Over(new ScriptedChatClient(_time, FailingBehind(10), FailingBehind(11), FailingBehind(12)));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Equal(33, Assert.Single(_records).Usage.InputTokenCount);
        Assert.Equal([10L, 11L, 12L], AttemptRecord.ReadFrom(exception).Select(attempt => attempt.Usage?.InputTokenCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Usage_FailuresThatSaidNothing_IsTheAnswers(bool streaming)
    {
        StreamScript failing = Recovering.Failing(ChatErrorKind.Network, TimeSpan.Zero);
        using IChatClient client = Over(new ScriptedChatClient(_time, failing, failing, Recovering.Answering("a")));

        await Recovering.AskAsync(client, streaming);

        AssertUsage(10, 2);
    }

    [Fact]
    public async Task Usage_FailuresBeforeCommitAndBehindIt_CountsWhatWasSeenOnce()
    {
        StreamScript broken = StreamScript.New().Text("a").Usage(12, 3).Fault(Recovering.Failure(ChatErrorKind.Truncated));
        using IChatClient client = Over(new ScriptedChatClient(_time, FailingBehind(10), broken));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Equal(22, Assert.Single(_records).Usage.InputTokenCount);
        Assert.Equal([false, true], AttemptRecord.ReadFrom(exception).Select(attempt => attempt.IsDelivered));
    }

    [Fact]
    public async Task Usage_Hedged_IsTheSumOfBothAttempts()
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Usage(10, 0).Silence(), Recovering.Answering("early"));
        using IChatClient client = Over(inner, options => (options.Hedging.Enabled, options.Hedging.Delay, options.Hedging.Budget) = (true, Recovering.Second, 1));

        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.AdvanceWhileAsync(reading, Recovering.Second);
        await reading;

        AssertUsage(10 + 10, 2);
    }

    [Fact]
    public async Task Usage_Continued_IsTheSumOfBothAnswers()
    {
        StreamScript broken = StreamScript.New().Text("One two three ").Usage(10, 3).Fault(Recovering.Failure(ChatErrorKind.Network));
        var inner = new ScriptedChatClient(_time, broken, StreamScript.New().Text("two three four.").Usage(20, 4).Finish());
        using IChatClient client = Over(inner, options => options.Continuation.Enabled = true);

        await client.ReadAsync();

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(30, record.Usage.InputTokenCount);
        Assert.InRange(record.Usage.OutputTokenCount!.Value, 7, 12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ToolCall_SecondRoundFailsTwiceBeforeContent_RunsTheToolOnce(bool streaming)
    {
        StreamScript failing = Recovering.Failing(ChatErrorKind.Overloaded, TimeSpan.Zero);
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").ToolCall("c1", "weather").Usage(10, 2).Finish(ChatFinishReason.ToolCalls), failing, failing, StreamScript.New().Text("It rains.").Usage(20, 3).Finish());
        int runs = 0;
        using IChatClient client = inner.AsBuilder()
            .UseStreamingUsage()
            .Use(below => new RoundLoopChatClient(below))
            .UseStreamingRecovery()
            .Build(new TestServices(_time, usages: RecordingSink.Into(_records)));
        var options = new ChatOptions { Tools = [new StubFunction("weather", () => $"{++runs}")] };

        ChatResponse response = await Recovering.AskAsync(client, streaming, options);

        Assert.EndsWith("It rains.", response.Text, StringComparison.Ordinal);
        Assert.Equal((1, 4), (runs, inner.Calls.Count));
        Assert.All(inner.Calls.Skip(1), call => Assert.Equal("1", Assert.Single(call.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>()).Result));
        AssertUsage(30, 5);
    }

    private static StreamScript FailingBehind(long input) => StreamScript.New().Text("").Usage(input, 0).Fault(Recovering.Failure(ChatErrorKind.Overloaded, TimeSpan.Zero));

    private void AssertUsage(long input, long output)
    {
        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Reported, input, output), (record.Kind, record.Usage.InputTokenCount, record.Usage.OutputTokenCount));
    }

    private StreamingUsageChatClient Over(ScriptedChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions();
        options.Rules[ChatErrorKind.Overloaded] = options.Rules[ChatErrorKind.Overloaded] with { Retries = 2 };
        configure?.Invoke(options);
        return new StreamingUsageChatClient(new StreamingRecoveryChatClient(inner, options, _time), timeProvider: _time, sinks: [RecordingSink.Into(_records)]);
    }
}
