using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Bridge;

/// <summary>The way there and back loses nothing that chunks can say.</summary>
public sealed class ChunkRoundTripTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public void Chunks_Basic_ComeBackEqual() => Property.Check(ChunkGen.Basic, 500, async chunks =>
        Assert.Equal(chunks, await ThereAndBackAsync(chunks, StreamingMode.Basic)));

    [Fact]
    public void Chunks_Enhanced_ComeBackEqual() => Property.Check(ChunkGen.Enhanced, 500, async chunks =>
        Assert.Equal(chunks, await ThereAndBackAsync(chunks, StreamingMode.Enhanced)));

    [Fact]
    public void Chunks_OverJson_ComeBackEqual() => Property.Check(ChunkGen.Enhanced, 300, chunks =>
        Assert.Equal(chunks, chunks.Select(chunk => StreamingChunk.Parse(chunk.ToJson()))));

    [Fact]
    public void Updates_InBothModes_GiveTheSameAnswer() => Property.Check(ChunkGen.Updates, 500, async updates =>
    {
        ChatResponse expected = await Chunks.Stream(updates).ToChatResponseAsync(Test);
        foreach (StreamingMode mode in Enum.GetValues<StreamingMode>())
        {
            ChatResponse actual = await Chunks.Stream(updates).ToStreamingChunks(mode, _time).FromStreamingChunks().ToChatResponseAsync(Test);

            Assert.Equal(Said(expected), Said(actual));
        }
    });

    [Fact]
    public void Updates_InBothModes_HaveOneFinalChunkAtTheEnd() => Property.Check(ChunkGen.Updates, 500, async updates =>
    {
        foreach (StreamingMode mode in Enum.GetValues<StreamingMode>())
        {
            (List<StreamingChunk> chunks, _) = await Chunks.DrainAsync(Chunks.Stream(updates).ToStreamingChunks(mode, _time), Test);

            Assert.Equal([.. Enumerable.Repeat(false, chunks.Count - 1), true], chunks.Select(chunk => chunk.IsFinal));
            Assert.All(chunks.SkipLast(1), chunk => Assert.Null(chunk.FinishReason));
            long[] indexes = [.. chunks.Select(chunk => chunk.ChunkMetadata?.Index).OfType<long>()];
            Assert.Equal(indexes.Distinct().Order(), indexes);
        }
    });

    [Fact]
    public async Task ToolCall_ThatAStageChanged_ComesBackChanged()
    {
        StreamingChunk[] chunks = [new() { ToolCalls = [Chunks.Call("c", "f", """{ "a": 1 }""")] }, Chunks.Final("tool_calls")];
        (List<ChatResponseUpdate> updates, _) = await Chunks.DrainAsync(Chunks.Stream(chunks).FromStreamingChunks(), Test);
        Assert.IsType<FunctionCallContent>(updates[0].Contents[0]).Arguments!["a"] = 2;

        (List<StreamingChunk> back, _) = await Chunks.DrainAsync(Chunks.Stream(updates).ToStreamingChunks(), Test);

        Assert.Equal([Chunks.Call("c", "f", """{"a":2}""")], back[0].ToolCalls);
    }

    private async Task<List<StreamingChunk>> ThereAndBackAsync(StreamingChunk[] chunks, StreamingMode mode)
    {
        (List<StreamingChunk> back, Exception? error) = await Chunks.DrainAsync(Chunks.Stream(chunks).FromStreamingChunks().ToStreamingChunks(mode, _time), Test);
        Assert.Null(error);
        return back;
    }

    // Role, model, finish, usage, text and calls: what chunks can say of an answer.
    private static (ChatRole? Role, string? Model, ChatFinishReason? Finish, ChunkUsage? Usage, string Text, string Calls) Said(ChatResponse response) =>
    (
        response.Messages.FirstOrDefault(message => message.Contents.Any(content => content is TextContent { Text.Length: > 0 } or FunctionCallContent))?.Role,
        response.ModelId,
        response.FinishReason,
        response.Usage is { } usage ? ChunkUsages.From(usage) : null,
        response.Text,
        string.Join('|', response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => ChunkToolCalls.Write([call])![0].ToString()))
    );
}
