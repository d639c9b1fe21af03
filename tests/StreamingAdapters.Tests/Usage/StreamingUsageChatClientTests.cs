using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NSubstitute;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>One record for each answer, however it ends.</summary>
public sealed class StreamingUsageChatClientTests
{
    // Sixteen bytes, which the prior makes four tokens of, give or take two.
    private const string Prompt = "sixteen bytes ok";
    private const string Answer = "twelve bytes";

    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Completes_IsReported(bool streaming)
    {
        using var client = Over(StreamScript.New().Text("Hello").Delay(TimeSpan.FromSeconds(3)).Usage(10, 2).Finish());

        Task<ChatResponse> call = client.AskAsync(streaming);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromSeconds(3));
        ChatResponse response = await call;

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Reported, StreamOutcome.Completed, false), (record.Kind, record.Outcome, record.IsCacheHit));
        AssertTokens(10, 2, record);
        Assert.Equal((0, 0), (record.InputError, record.OutputError));
        Assert.Equal(("scripted", "scripted", "response-1"), (record.Provider, record.Model, record.ResponseId));
        Assert.Equal((TimeSpan.FromSeconds(3), _time.GetUtcNow()), (record.Duration, record.Timestamp));
        Assert.Null(record.Cost);
        Assert.Equal(12, response.Usage?.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_Completes_HandsTheSameUpdatesOn()
    {
        ChatResponseUpdate[] updates = [new(ChatRole.Assistant, "Hi"), new() { Contents = [new UsageContent(new UsageDetails { InputTokenCount = 1 })] }];
        using var client = Over(StreamScript.New().Update(updates[0]).Update(updates[1]));

        List<ChatResponseUpdate> received = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(updates, received, ReferenceEqualityComparer.Instance);
        Assert.All(received, update => Assert.Null(update.AdditionalProperties));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ProviderReportsNothing_IsEstimatedWithErrorBars(bool streaming)
    {
        using var client = Over(StreamScript.New().Text(Answer).Finish());

        await client.AskAsync(streaming, prompt: Prompt);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Completed), (record.Kind, record.Outcome));
        AssertTokens(4, 3, record);
        Assert.Equal((2, 2), (record.InputError, record.OutputError));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ProviderReportsZeros_IsEstimated(bool streaming)
    {
        using var client = Over(StreamScript.New().Text(Answer).Usage(0, 0).Finish());

        await client.AskAsync(streaming, prompt: Prompt);

        Assert.Equal(UsageKind.Estimated, Assert.Single(_records).Kind);
        AssertTokens(4, 3, _records[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_EstimatesOff_CountsWhatIsSaidAlone(bool streaming)
    {
        using var client = Over(new ScriptedChatClient(_time, StreamScript.New().Text(Answer).Finish()), new StreamingUsageOptions { Estimate = false });

        await client.AskAsync(streaming);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Partial, record.Kind);
        Assert.Null(record.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_TwoAtOnce_AreCountedApart()
    {
        using var client = Over(StreamScript.New().Text("a").Usage(10, 1).Finish(), StreamScript.New().Text("b").Usage(20, 2).Finish());

        await using IAsyncEnumerator<ChatResponseUpdate> first = client.GetStreamingResponseAsync("1").GetAsyncEnumerator(Token);
        await using IAsyncEnumerator<ChatResponseUpdate> second = client.GetStreamingResponseAsync("2").GetAsyncEnumerator(Token);
        while (await first.MoveNextAsync() | await second.MoveNextAsync())
        {
        }

        Assert.Equal([(10, 1), (20, 2)], _records.Select(record => (record.Usage.InputTokenCount, record.Usage.OutputTokenCount)).Order());
        Assert.Equal((2, 33), (client.GetService<UsageAccumulator>()!.Total.Answers, client.GetService<UsageAccumulator>()!.Total.Usage.TotalTokenCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_MessageListGrowsMeanwhile_EstimatesWhatWasAsked(bool streaming)
    {
        using var client = Over(StreamScript.New().Text(Answer).Finish());
        List<ChatMessage> messages = [new(ChatRole.User, Prompt)];

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, cancellationToken: Token);
        Task<ChatResponse> call = streaming ? stream.ToChatResponseAsync(Token) : client.GetResponseAsync(messages, cancellationToken: Token);
        messages.Add(new ChatMessage(ChatRole.User, new string('x', 4000)));
        await call;

        AssertTokens(4, 3, Assert.Single(_records));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_SinkThrows_IsLoggedAndHarmsNobody(bool streaming)
    {
        IUsageSink broken = Substitute.For<IUsageSink>();
        broken.When(it => it.Write(Arg.Any<UsageRecord>())).Throw(new InvalidOperationException("Full."));
        ILogger logger = Substitute.For<ILogger>();
        logger.IsEnabled(LogLevel.Error).Returns(true);
        ILoggerFactory loggers = Substitute.For<ILoggerFactory>();
        loggers.CreateLogger(Arg.Any<string>()).Returns(logger);
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("Hello").Usage(1, 2).Finish());
        using var client = new StreamingUsageChatClient(inner, timeProvider: _time, loggerFactory: loggers, sinks: [broken, RecordingSink.Into(_records)]);

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal("Hello", response.Text);
        Assert.Single(_records);
        Assert.Equal(LogLevel.Error, Assert.Single(logger.ReceivedCalls(), call => call.GetMethodInfo().Name == nameof(ILogger.Log)).GetArguments()[0]);
    }

    private static void AssertTokens(long input, long output, UsageRecord record) => Assert.Equal(
        (input, output, input + output), (record.Usage.InputTokenCount, record.Usage.OutputTokenCount, record.Usage.TotalTokenCount));

    [Fact]
    public async Task Stream_ModelIsNamedWithinTheText_IsTheAnswersOwn()
    {
        const string Id = "r";
        using var client = Over(StreamScript.New()
            .Update(new ChatResponseUpdate(ChatRole.Assistant, "a") { ResponseId = Id })
            .Update(new ChatResponseUpdate(ChatRole.Assistant, "b") { ResponseId = Id, ModelId = "named" }));

        await client.AskAsync(streaming: true);

        Assert.Equal("named", Assert.Single(_records).Model);
    }

    private StreamingUsageChatClient Over(params StreamScript[] scripts) => Over(new ScriptedChatClient(_time, scripts));

    private StreamingUsageChatClient Over(IChatClient inner, StreamingUsageOptions? options = null) =>
        new(inner, options, _time, sinks: [RecordingSink.Into(_records)]);
}
