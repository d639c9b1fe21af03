using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Bridge;

public sealed class ToStreamingChunksTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Basic_Answer_SaysContentAndIsFinalAndTheEndTheRest()
    {
        string[] json = await JsonAsync(StreamingMode.Basic, Text("Hel"), Text("lo"), Chunks.Finish(), Chunks.Update(Chunks.Usage(3, 2, 5)));

        Assert.Equal(
            [
                """{"content":"Hel","is_final":false}""",
                """{"content":"lo","is_final":false}""",
                """{"content":"","is_final":true,"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""",
            ],
            json);
    }

    [Fact]
    public async Task Enhanced_WithoutMetadataStage_CountsItself()
    {
        ChatResponseUpdate first = Text("Zü");
        (first.Role, first.ModelId) = (ChatRole.Assistant, "m");

        List<StreamingChunk> chunks = await WriteAsync(StreamingMode.Enhanced, first, Text("rich"), Chunks.Finish(ChatFinishReason.Length));

        Assert.Equal(
            [
                new() { Content = "Zü", Model = "m", Delta = new() { Content = "Zü", Role = "assistant" }, ChunkMetadata = Metadata(0, 3) },
                new() { Content = "rich", Model = "m", Delta = new() { Content = "rich" }, ChunkMetadata = Metadata(1, 4) },
                new() { IsFinal = true, FinishReason = "length", Model = "m", Delta = new() { Content = "" }, ChunkMetadata = Metadata(2, 0) },
            ],
            chunks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enhanced_KeysOfTheMetadataStage_AreTaken(bool fromJson)
    {
        DateTimeOffset time = _time.GetUtcNow() - TimeSpan.FromDays(1);
        ChatResponseUpdate stamped = Text("x");
        stamped.AdditionalProperties = new()
        {
            [StreamingKeys.Index] = 40L,
            [StreamingKeys.Timestamp] = time,
            [StreamingKeys.Size] = 17,
            [StreamingKeys.Provider] = "p",
            [StreamingKeys.Model] = "m",
            [StreamingKeys.UsageSoFar] = new AdditionalPropertiesDictionary<long> { [nameof(UsageDetails.InputTokenCount)] = 9 },
        };
        if (fromJson)
        {
            var info = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponseUpdate));
            stamped = (ChatResponseUpdate)JsonSerializer.Deserialize(JsonSerializer.Serialize(stamped, info), info)!;
        }

        List<StreamingChunk> chunks = await WriteAsync(StreamingMode.Enhanced, stamped, Text("y"), Chunks.Finish());

        Assert.Equal(new StreamingChunkMetadata { Index = 40, Timestamp = time, ChunkSize = 17, Provider = "p" }, chunks[0].ChunkMetadata);
        Assert.Equal(("m", 9L), (chunks[0].Model, chunks[0].Usage?.PromptTokens));
        Assert.Equal(Metadata(41, 1) with { Provider = "p" }, chunks[1].ChunkMetadata);
        Assert.Equal(42, chunks[2].ChunkMetadata?.Index);
        Assert.Null(chunks[2].Usage);
    }

    [Fact]
    public async Task Enhanced_OverTheMetadataStage_SaysWhatItSays()
    {
        using var client = new StreamingMetadataChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("Zü").Text("rich").Finish().Usage(3, 2)), timeProvider: _time);

        (List<StreamingChunk> chunks, _) = await Chunks.DrainAsync(client.GetStreamingResponseAsync("hi").ToStreamingChunks(StreamingMode.Enhanced), Test);

        Assert.Equal(["Zü", "rich", ""], chunks.Select(chunk => chunk.Content));
        Assert.Equal(
            [Metadata(0, 3) with { Provider = "scripted" }, Metadata(1, 4) with { Provider = "scripted" }, Metadata(2, 0) with { Provider = "scripted" }],
            chunks.Select(chunk => chunk.ChunkMetadata));
        Assert.Equal((true, "stop", 5L), (chunks[^1].IsFinal, chunks[^1].FinishReason, chunks[^1].Usage?.TotalTokens));
    }

    [Fact]
    public async Task FinishWithText_TextGoesOnAtOnce_FinishWaitsForTheEnd()
    {
        var source = new Chunks.WatchedStream<ChatResponseUpdate>([Chunks.Finish(null, new TextContent("all")), Chunks.Update(Chunks.Usage(1, 1, 2))]);
        await using IAsyncEnumerator<StreamingChunk> chunks = source.ToStreamingChunks().GetAsyncEnumerator(Test);

        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal(new StreamingChunk { Content = "all" }, chunks.Current);
        Assert.Equal(1, source.Read);

        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal((true, "stop", 2L), (chunks.Current.IsFinal, chunks.Current.FinishReason, chunks.Current.Usage?.TotalTokens));
        Assert.False(await chunks.MoveNextAsync());
    }

    [Theory]
    [InlineData(StreamingMode.Basic)]
    [InlineData(StreamingMode.Enhanced)]
    public async Task WhatChunksCannotSay_IsDropped_AndItsRoleAndModelAreKept(StreamingMode mode)
    {
        ChatResponseUpdate reasoning = Chunks.Update(new TextReasoningContent("hm"));
        (reasoning.Role, reasoning.ModelId) = (ChatRole.Assistant, "m");
        var result = new ChatResponseUpdate(ChatRole.Tool, [new FunctionResultContent("c", "r")]);

        List<StreamingChunk> chunks = await WriteAsync(mode, reasoning, Chunks.Update(new DataContent("data:,x")), result, Text("a"), Chunks.Finish());

        Assert.Equal(["a", ""], chunks.Select(chunk => chunk.Content));
        Assert.Equal("m", chunks[0].Model);
        Assert.Equal(mode is StreamingMode.Enhanced ? "assistant" : null, chunks[0].Delta?.Role);
    }

    [Fact]
    public async Task EmptyUpdates_BeforeTheFinish_AreChunks_AfterItAndWithTheSummaryNot()
    {
        var summary = new ChatResponseUpdate { AdditionalProperties = new() { [StreamingKeys.Summary] = new Dictionary<string, object?>() } };

        List<StreamingChunk> before = await WriteAsync(StreamingMode.Basic, Chunks.Update(), Text(""), summary);
        List<StreamingChunk> after = await WriteAsync(StreamingMode.Basic, Text("a"), Chunks.Finish(), Chunks.Update(), Text(""), summary);

        Assert.Equal([new(), new(), new() { IsFinal = true }], before);
        Assert.Equal([Chunks.Text("a"), Chunks.Final()], after);
    }

    [Fact]
    public async Task ContentAfterTheFinish_KeepsItsOrder_AndTheFinishIsSaidOnce()
    {
        List<StreamingChunk> chunks = await WriteAsync(
            StreamingMode.Enhanced, Text("a"), Chunks.Finish(ChatFinishReason.ToolCalls), Text("b"), Chunks.Finish(), Chunks.Update(Chunks.Usage(1, 2, 3)));

        Assert.Equal([("a", false), ("b", false), ("", true)], chunks.Select(chunk => (chunk.Content, chunk.IsFinal)));
        Assert.Equal([null, null, "stop"], chunks.Select(chunk => chunk.FinishReason));
        Assert.Equal([0, 1, 2], chunks.Select(chunk => chunk.ChunkMetadata?.Index));
        Assert.Equal([null, null, 3L], chunks.Select(chunk => chunk.Usage?.TotalTokens));
    }

    [Fact]
    public async Task UsageOfSeveralRounds_IsSummed()
    {
        ChatResponseUpdate[] updates = [Text("a"), Chunks.Finish(), Chunks.Update(Chunks.Usage(10, 1, 11)), Text("b"), Chunks.Finish(), Chunks.Update(Chunks.Usage(20, 2, 22))];
        for (int index = 0; index < updates.Length; index++)
        {
            updates[index].ResponseId = index < 3 ? "first" : "second";
        }

        List<StreamingChunk> chunks = await WriteAsync(StreamingMode.Basic, updates);

        Assert.Equal(new ChunkUsage { PromptTokens = 30, CompletionTokens = 3, TotalTokens = 33 }, chunks[^1].Usage);
    }

    [Fact]
    public async Task ToolCalls_OfAnyClient_AreInOpenAIsShape()
    {
        var cut = new FunctionCallContent("c3", "h") { AdditionalProperties = new() { [StreamingKeys.ArgumentsRaw] = "{\"x\":\"unfin" } };
        AIContent[] calls = [new FunctionCallContent("c1", "f", new Dictionary<string, object?> { ["a"] = 1, ["b"] = "é", ["c"] = null }), new FunctionCallContent("c2", "g"), cut];

        List<StreamingChunk> chunks = await WriteAsync(StreamingMode.Basic, Chunks.Update(calls), Chunks.Finish(ChatFinishReason.ToolCalls));

        Assert.Equal(
            [Chunks.Call("c1", "f", """{"a":1,"b":"é","c":null}"""), Chunks.Call("c2", "g", "{}"), Chunks.Call("c3", "h", "{\"x\":\"unfin")],
            chunks[0].ToolCalls);
        Assert.Equal("tool_calls", chunks[1].FinishReason);
    }

    [Fact]
    public async Task NothingAtAll_IsOneFinalChunk()
    {
        Assert.Equal([new StreamingChunk { IsFinal = true }], await WriteAsync(StreamingMode.Basic));
    }

    [Fact]
    public async Task SourceFails_GivesWhatCameAndItsException_WithoutAFinalChunk()
    {
        var failure = new ChatStreamException(ChatErrorKind.Truncated, "cut");
        using var client = new ScriptedChatClient(_time, StreamScript.New().Text("Hel").Finish().Fault(failure));

        (List<StreamingChunk> chunks, Exception? error) = await Chunks.DrainAsync(client.GetStreamingResponseAsync([]).ToStreamingChunks(), Test);

        Assert.Equal("Hel", Assert.Single(chunks).Content);
        Assert.Same(failure, error);
        Assert.True(Assert.Single(client.Calls).IsDisposed);
    }

    [Fact]
    public async Task Break_DisposesTheSource()
    {
        using var client = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());

        await foreach (StreamingChunk chunk in client.GetStreamingResponseAsync([]).ToStreamingChunks().WithCancellation(Test))
        {
            Assert.Equal("a", chunk.Content);
            break;
        }

        Assert.True(Assert.Single(client.Calls).IsDisposed);
    }

    [Fact]
    public async Task Cancellation_OfTheEnumeration_ReachesTheSource()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var source = new Chunks.WatchedStream<ChatResponseUpdate>([Text("a")], isSilentAtEnd: true);
        Task<(List<StreamingChunk> Values, Exception? Error)> drain = Chunks.DrainAsync(source.ToStreamingChunks(), cancellation.Token);
        await source.Silent.WaitAsync(Safety, Test);

        await cancellation.CancelAsync();

        (List<StreamingChunk> chunks, Exception? error) = await drain.WaitAsync(Safety, Test);
        Assert.Equal("a", Assert.Single(chunks).Content);
        Assert.Equal(cancellation.Token, Assert.IsAssignableFrom<OperationCanceledException>(error).CancellationToken);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task TwoEnumerations_AreTwoAnswers()
    {
        IAsyncEnumerable<StreamingChunk> stream = Chunks.Stream(Text("a"), Chunks.Finish(null, Chunks.Usage(1, 1, 2))).ToStreamingChunks(StreamingMode.Enhanced, _time);

        (List<StreamingChunk> first, _) = await Chunks.DrainAsync(stream, Test);
        (List<StreamingChunk> second, _) = await Chunks.DrainAsync(stream, Test);

        Assert.Equal(first, second);
        Assert.Equal(2, second[^1].Usage?.TotalTokens);
    }

    [Fact]
    public void Response_Whole_IsItsMessagesAndAFinalChunk()
    {
        var response = new ChatResponse([new(ChatRole.Assistant, "Hello"), new(ChatRole.Tool, [new FunctionResultContent("c", 1)]), new(ChatRole.Assistant, "Bye")])
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = "m",
            Usage = new UsageDetails { TotalTokenCount = 5 },
        };

        IReadOnlyList<StreamingChunk> chunks = response.ToStreamingChunks(StreamingMode.Enhanced, _time);

        Assert.Equal([("Hello", false), ("Bye", false), ("", true)], chunks.Select(chunk => (chunk.Content, chunk.IsFinal)));
        Assert.Equal(("m", "stop", 5L), (chunks[^1].Model, chunks[^1].FinishReason, chunks[^1].Usage?.TotalTokens));
        Assert.Equal([0, 1, 2], chunks.Select(chunk => chunk.ChunkMetadata?.Index));
    }

    [Fact]
    public void Call_WrongArguments_ThrowsAtTheCall()
    {
        Assert.Throws<ArgumentNullException>(() => ((IAsyncEnumerable<ChatResponseUpdate>)null!).ToStreamingChunks());
        Assert.Throws<ArgumentNullException>(() => ((ChatResponse)null!).ToStreamingChunks());
        Assert.Throws<ArgumentOutOfRangeException>(() => Chunks.Stream<ChatResponseUpdate>().ToStreamingChunks((StreamingMode)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatResponse().ToStreamingChunks((StreamingMode)7));
        Assert.Throws<ArgumentNullException>(() => ((StreamingChunk)null!).GetChunkContent());
        Assert.Throws<ArgumentNullException>(() => ((ChatResponseUpdate)null!).GetChunkContent());
        Assert.Equal("ab", Chunks.Update(new TextContent("a"), new TextReasoningContent("-"), new TextContent("b")).GetChunkContent());
    }

    private static ChatResponseUpdate Text(string text) => Chunks.Update(new TextContent(text));

    private StreamingChunkMetadata Metadata(long index, int size) => new() { Index = index, Timestamp = _time.GetUtcNow(), ChunkSize = size };

    private async Task<List<StreamingChunk>> WriteAsync(StreamingMode mode, params ChatResponseUpdate[] updates)
    {
        (List<StreamingChunk> chunks, Exception? error) = await Chunks.DrainAsync(Chunks.Stream(updates).ToStreamingChunks(mode, _time), Test);
        Assert.Null(error);
        return chunks;
    }

    private async Task<string[]> JsonAsync(StreamingMode mode, params ChatResponseUpdate[] updates) => [.. (await WriteAsync(mode, updates)).Select(chunk => chunk.ToJson())];
}
