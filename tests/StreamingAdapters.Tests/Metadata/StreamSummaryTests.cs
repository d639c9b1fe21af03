using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

public sealed class StreamSummaryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_Completes_SummaryRidesOnTheResponse()
    {
        StreamScript script = StreamScript.New().Text("").Content(() => Late("Hé", 2)).Content(() => Late("llo", 1)).Content(() => Late("!", 1)).Usage(10, 6).Finish();
        using StreamingMetadataChatClient client = Over(script);

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        var expected = new StreamSummary
        {
            Outcome = StreamOutcome.Completed,
            StartedAt = ManualTimeProvider.DefaultStart,
            Duration = 4 * Second,
            FirstContent = 2 * Second,
            Chunks = 6,
            Bytes = 7,
            ChunksPerSecond = 2,
            TokensPerSecond = 3,
            Provider = "scripted",
            Model = "scripted",
        };
        StreamSummary summary = updates.ToChatResponse().GetStreamSummary()!;
        Assert.Equal(expected, summary with { Usage = null });
        Assert.Equal((10L, 6L, 16L), (summary.Usage!.InputTokenCount, summary.Usage.OutputTokenCount, summary.Usage.TotalTokenCount));
        Assert.Equal(expected, Assert.Single(_sink.Summaries) with { Usage = null });
        Assert.Empty(updates[^1].Contents);
        Assert.Equal((null, "response-1"), (updates[^1].MessageId, updates[^1].ResponseId));
    }

    [Fact]
    public async Task GetResponse_Completes_WritesTheSummaryAlone()
    {
        using StreamingMetadataChatClient client = Over(StreamScript.New().Content(() => Late("Hé", 2)).Usage(10, 6).Finish());

        ChatResponse response = await client.GetResponseAsync("hi", cancellationToken: Token);

        StreamSummary summary = response.GetStreamSummary()!;
        Assert.Equal((StreamOutcome.Completed, 2 * Second, null), (summary.Outcome, summary.Duration, summary.FirstContent));
        Assert.Equal((0L, 3L, null, 3.0), (summary.Chunks, summary.Bytes, summary.ChunksPerSecond, summary.TokensPerSecond));
        Assert.Null(response.Messages[0].AdditionalProperties);
        Assert.Single(_sink.Summaries);
    }

    [Fact]
    public async Task GetResponse_InnerSharesItsResponse_IsCopied()
    {
        var shared = new ChatResponse(new ChatMessage(ChatRole.Assistant, "a"))
        {
            ResponseId = "r", ConversationId = "c", ModelId = "m", CreatedAt = ManualTimeProvider.DefaultStart, FinishReason = ChatFinishReason.Length,
            Usage = new UsageDetails { OutputTokenCount = 1 }, ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }), RawRepresentation = new object(),
            AdditionalProperties = new() { ["own"] = 1 },
        };
        using var client = new StreamingMetadataChatClient(new FixedChatClient([], shared), timeProvider: _time);

        ChatResponse response = await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal(["own"], shared.AdditionalProperties.Keys);
        Assert.Equal(["own", StreamingKeys.Summary], response.AdditionalProperties!.Keys.Order());
        Assert.All(
            typeof(ChatResponse).GetProperties().Where(property => property.CanWrite && property.Name != nameof(ChatResponse.AdditionalProperties)),
            property => Assert.Same(Value(property, shared), Value(property, response)));

        static object Value(System.Reflection.PropertyInfo property, ChatResponse of) =>
            property.GetValue(of) is { } value ? property.PropertyType.IsValueType ? string.Intern($"{value}") : value : throw new InvalidOperationException($"Set {property.Name}.");
    }

    [Fact]
    public async Task GetResponse_ResponseOfATypeOfItsOwn_StaysTheSameInstance()
    {
        var own = new OwnResponse();
        using var client = new StreamingMetadataChatClient(new FixedChatClient([], own), timeProvider: _time);

        ChatResponse response = await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Same(own, response);
        Assert.NotNull(response.GetStreamSummary());
    }

    [Fact]
    public async Task Stream_TwoRounds_HaveOneIndexAndOneSummaryWithAllUsage()
    {
        ChatResponseUpdate[] rounds =
        [
            new(ChatRole.Assistant, [new FunctionCallContent("c", "f")]) { ResponseId = "1", MessageId = "m1" },
            new(ChatRole.Assistant, [Usage(10, 3)]) { ResponseId = "1", MessageId = "m1", FinishReason = ChatFinishReason.ToolCalls },
            new(ChatRole.Tool, [new FunctionResultContent("c", "42")]) { MessageId = "tool" },
            new(ChatRole.Assistant, "It is 42.") { ResponseId = "2", MessageId = "m2" },
            new(ChatRole.Assistant, [Usage(20, 5)]) { ResponseId = "2", MessageId = "m2", FinishReason = ChatFinishReason.Stop },
        ];
        using StreamingMetadataChatClient client = Over(new FixedChatClient(rounds));

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        StreamSummary summary = Assert.Single(updates.Select(update => update.GetStreamSummary()).OfType<StreamSummary>());
        Assert.Equal([0L, 1L, 2L, 3L, 4L], updates.Take(5).Select(update => update.GetChunkMetadata()!.Index));
        Assert.Equal((5L, 30L, 8L), (summary.Chunks, summary.Usage!.InputTokenCount, summary.Usage.OutputTokenCount));
        Assert.Equal(3, updates.ToChatResponse().Messages.Count);
        Assert.Equal(summary.Chunks, updates.ToChatResponse().GetStreamSummary()!.Chunks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_AttemptsLogged_AreCounted(bool streaming)
    {
        var first = new ChatResponseUpdate(ChatRole.Assistant, "a") { AdditionalProperties = new() { [StreamingKeys.Attempts] = Attempts(3) } };
        using StreamingMetadataChatClient client = Over(new FixedChatClient([first]));

        ChatResponse response = await RunAsync(client, streaming, Token);

        Assert.Equal(3, response.GetStreamSummary()!.Attempts);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 6)]
    public async Task Stream_FailureRepeatsTheLogOfItsRound_CountsItOnce(bool inNextRound, int expected)
    {
        var first = new ChatResponseUpdate(ChatRole.Assistant, "a") { AdditionalProperties = new() { [StreamingKeys.Attempts] = Attempts(2) } };
        var failure = new ChatStreamException(ChatErrorKind.Network, "gone") { Data = { [StreamingKeys.Attempts] = Attempts(4) } };
        StreamScript script = StreamScript.New().Update(first);
        using StreamingMetadataChatClient client = Over((inNextRound ? script.Finish() : script).Fault(failure));

        await Assert.ThrowsAsync<ChatStreamException>(() => RunAsync(client, streaming: true, Token));

        Assert.Equal(expected, failure.GetStreamSummary()!.Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_SavedAnswerInHistory_IsSentWithoutMetadata(bool streaming)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using StreamingMetadataChatClient client = Over(inner);
        ChatResponse earlier = await client.GetStreamingResponseAsync("one", cancellationToken: Token).ToChatResponseAsync(Token);
        ChatMessage saved = earlier.Messages[0];
        var question = new ChatMessage(ChatRole.User, "two");
        List<ChatMessage> history = [saved, question];

        _ = streaming ? await client.GetStreamingResponseAsync(history, cancellationToken: Token).ToChatResponseAsync(Token) : await client.GetResponseAsync(history, cancellationToken: Token);

        Assert.True(saved.AdditionalProperties!.ContainsKey(StreamingKeys.Index));
        Assert.Null(inner.Calls[1].Messages[0].AdditionalProperties);
        Assert.Equal("a", inner.Calls[1].Messages[0].Text);
        Assert.Same(question, inner.Calls[1].Messages[1]);
    }

    private StreamingMetadataChatClient Over(StreamScript script) => Over(new ScriptedChatClient(_time, script));

    private StreamingMetadataChatClient Over(IChatClient inner) => new(inner, timeProvider: _time, sinks: [_sink]);

    private TextContent Late(string text, int seconds)
    {
        _time.Advance(seconds * Second);
        return new TextContent(text);
    }

    private static UsageContent Usage(long input, long output) => new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output });

    private static Dictionary<string, object?> Attempts(int count) => AttemptRecord.Write(Enumerable.Range(0, count).Select(_ => new AttemptRecord()));

    private static Task<ChatResponse> RunAsync(IChatClient client, bool streaming, CancellationToken cancellationToken) => Task.Run(
        () => streaming ? client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(CancellationToken.None) : client.GetResponseAsync("hi", cancellationToken: cancellationToken),
        CancellationToken.None);

    private sealed class OwnResponse : ChatResponse;
}
