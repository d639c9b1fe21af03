using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Bridge;

public sealed class FromStreamingChunksTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chunks_OfAPythonLayer_AreAnAnswer()
    {
        string[] lines =
        [
            """{"content": "", "is_final": false, "model": "llama3", "delta": {"role": "assistant"}}""",
            """{"content": "Hel", "is_final": false}""",
            """{"content": "", "is_final": false, "delta": {"content": "lo"}}""",
            """{"content": "", "is_final": false, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}""",
            """{"content": "", "is_final": true, "finish_reason": "tool_calls", "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}""",
        ];

        ChatResponse response = await Chunks.Stream(lines.Select(StreamingChunk.Parse)).FromStreamingChunks().ToChatResponseAsync(Test);

        Assert.Equal(("Hello", "llama3", ChatFinishReason.ToolCalls), (response.Text, response.ModelId, response.FinishReason));
        Assert.Equal((3L, 2L, 5L), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.Usage?.TotalTokenCount));
        FunctionCallContent call = Assert.Single(Assert.Single(response.Messages).Contents.OfType<FunctionCallContent>());
        Assert.Equal(("c1", "f", 1), (call.CallId, call.Name, ((JsonElement)call.Arguments!["a"]!).GetInt32()));
    }

    [Fact]
    public async Task Metadata_StandsUnderOurKeys_AndSurvivesJson()
    {
        var time = new DateTimeOffset(2026, 7, 28, 6, 0, 0, TimeSpan.Zero);
        var chunk = new StreamingChunk
        {
            Content = "x",
            Usage = new ChunkUsage { PromptTokens = 4 },
            ChunkMetadata = new StreamingChunkMetadata { Index = 3, Timestamp = time, ChunkSize = 9, Provider = "p" },
        };

        List<ChatResponseUpdate> updates = await ReadAsync(chunk, Chunks.Final());

        Assert.Same(chunk, updates[0].RawRepresentation);
        Assert.Equal((3L, time, 9, "p"), (updates[0].AdditionalProperties![StreamingKeys.Index], updates[0].AdditionalProperties![StreamingKeys.Timestamp],
            updates[0].AdditionalProperties![StreamingKeys.Size], updates[0].AdditionalProperties![StreamingKeys.Provider]));
        Assert.Equal(4, UsageNumbers.Read(updates[0].AdditionalProperties![StreamingKeys.UsageSoFar])?.InputTokenCount);
        string json = JsonSerializer.Serialize(updates[0], AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponseUpdate)));
        Assert.Contains("\"streaming.index\"", json, StringComparison.Ordinal);
        Assert.Null(updates[1].AdditionalProperties);
    }

    [Fact]
    public async Task RunningUsage_CountsOnce()
    {
        StreamingChunk[] repeated = [Used("a", 1), Used("b", 2), Used("", 3) with { IsFinal = true }];
        StreamingChunk[] early = [Used("a", 1), Used("b", 2), Chunks.Final()];
        StreamingChunk[] late = [Chunks.Text("a"), Chunks.Final(), Used("", 4), Used("", 4)];

        Assert.Equal(3, (await AnswerAsync(repeated)).Usage?.OutputTokenCount);
        Assert.Equal(2, (await AnswerAsync(early)).Usage?.OutputTokenCount);
        Assert.Equal(4, (await AnswerAsync(late)).Usage?.OutputTokenCount);
        Assert.Null((await AnswerAsync(Chunks.Text("a"), Chunks.Final())).Usage);
    }

    [Fact]
    public async Task NoFinalChunk_IsTruncated_AfterWhatCame()
    {
        (List<ChatResponseUpdate> updates, Exception? error) = await Chunks.DrainAsync(
            Chunks.Stream(Chunks.Text("Hel"), new StreamingChunk { Content = "lo", FinishReason = "stop" }).FromStreamingChunks(), Test);

        Assert.Equal(["Hel", "lo"], updates.Select(update => update.Text));
        Assert.Equal(ChatErrorKind.Truncated, Assert.IsType<ChatStreamException>(error).Kind);
    }

    [Theory]
    [InlineData("""{"tool_calls":[null]}""")]
    [InlineData("""{"tool_calls":[{"id":"c"}]}""")]
    [InlineData("""{"tool_calls":[{"id":"c","function":{"arguments":"secret"}}]}""")]
    [InlineData("""{"tool_calls":[{"id":"c","function":{"name":"","arguments":"secret"}}]}""")]
    public async Task ToolCallWithoutName_IsMalformed(string json)
    {
        (_, Exception? error) = await Chunks.DrainAsync(Chunks.Stream(StreamingChunk.Parse(json)).FromStreamingChunks(), Test);

        var failure = Assert.IsType<ChatStreamException>(error);
        Assert.Equal(ChatErrorKind.MalformedStream, failure.Kind);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToolCallsWithoutIds_GetTheirOwn()
    {
        ChunkToolCall call = Chunks.Call("", "f", "") with { Id = null };

        List<ChatResponseUpdate> updates = await ReadAsync(new StreamingChunk { ToolCalls = [call, call] }, Chunks.Final());

        string[] ids = [.. updates[0].Contents.Cast<FunctionCallContent>().Select(content => content.CallId)];
        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, Assert.NotEmpty);
    }

    [Fact]
    public async Task EmptyReasonAndRole_AreNone()
    {
        List<ChatResponseUpdate> updates = await ReadAsync(new StreamingChunk { IsFinal = true, FinishReason = "", Delta = new ChunkDelta { Role = " " } });

        Assert.Equal((null, null), (updates[0].FinishReason, updates[0].Role));
    }

    [Fact]
    public async Task Break_DisposesTheSource()
    {
        var source = new Chunks.WatchedStream<StreamingChunk>([Chunks.Text("a"), Chunks.Text("b"), Chunks.Final()]);

        await foreach (ChatResponseUpdate update in source.FromStreamingChunks().WithCancellation(Test))
        {
            Assert.Equal("a", update.Text);
            break;
        }

        Assert.Equal((1, true), (source.Read, source.IsDisposed));
    }

    [Fact]
    public async Task Cancellation_OfTheEnumeration_ReachesTheSource()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var source = new Chunks.WatchedStream<StreamingChunk>([Chunks.Text("a")], isSilentAtEnd: true);
        Task<(List<ChatResponseUpdate> Values, Exception? Error)> drain = Chunks.DrainAsync(source.FromStreamingChunks(), cancellation.Token);
        await source.Silent.WaitAsync(Safety, Test);

        await cancellation.CancelAsync();

        (List<ChatResponseUpdate> updates, Exception? error) = await drain.WaitAsync(Safety, Test);
        Assert.Equal("a", Assert.Single(updates).Text);
        Assert.Equal(cancellation.Token, Assert.IsAssignableFrom<OperationCanceledException>(error).CancellationToken);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void Call_Null_ThrowsAtTheCall() => Assert.Throws<ArgumentNullException>(() => ((IAsyncEnumerable<StreamingChunk>)null!).FromStreamingChunks());

    private static StreamingChunk Used(string text, long output) => new() { Content = text, Usage = new ChunkUsage { CompletionTokens = output } };

    private static async Task<ChatResponse> AnswerAsync(params StreamingChunk[] chunks) => await Chunks.Stream(chunks).FromStreamingChunks().ToChatResponseAsync(Test);

    private static async Task<List<ChatResponseUpdate>> ReadAsync(params StreamingChunk[] chunks)
    {
        (List<ChatResponseUpdate> updates, Exception? error) = await Chunks.DrainAsync(Chunks.Stream(chunks).FromStreamingChunks(), Test);
        Assert.Null(error);
        return updates;
    }
}
