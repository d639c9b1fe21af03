using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

public sealed class ChunkMetadataTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ChatClientMetadata Known = new("provider", defaultModelId: "default");

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_EveryChunk_CarriesIndexTimesSizeProviderAndModel()
    {
        StreamScript script = StreamScript.New().Content(() => Late(Second, new TextContent("Hé"))).Content(() => Late(2 * Second, new TextContent("llo €"))).Finish();
        using var client = new StreamingMetadataChatClient(new ScriptedChatClient(_time, script), timeProvider: _time);
        List<ChunkMetadata?> chunks = [];

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            chunks.Add(update.GetChunkMetadata());
            _time.Advance(TimeSpan.FromHours(1));
        }

        DateTimeOffset start = ManualTimeProvider.DefaultStart;
        TimeSpan hour = TimeSpan.FromHours(1);
        Assert.Equal(
            [
                Chunk(0, start + Second, 3, Second, Second),
                Chunk(1, start + (3 * Second) + hour, 7, 3 * Second, 2 * Second),
                Chunk(2, start + (3 * Second) + (2 * hour), 0, 3 * Second, TimeSpan.Zero),
                null,
            ],
            chunks);
    }

    [Fact]
    public async Task Stream_InnerUpdates_AreCopiedAndNotChanged()
    {
        var bare = new ChatResponseUpdate(ChatRole.Assistant, "a") { RawRepresentation = new object() };
        var rich = new ChatResponseUpdate(ChatRole.Assistant, "b") { AdditionalProperties = new() { ["own"] = 1 } };

        List<ChatResponseUpdate> updates = await ReadAsync(new FixedChatClient([bare, rich], metadata: Known));

        Assert.Null(bare.AdditionalProperties);
        Assert.Equal(["own"], rich.AdditionalProperties.Keys);
        Assert.NotSame(bare, updates[0]);
        Assert.Same(bare.Contents[0], updates[0].Contents[0]);
        Assert.Same(bare.RawRepresentation, updates[0].RawRepresentation);
        Assert.Equal(1, updates[1].AdditionalProperties!["own"]);
        Assert.Equal([0L, 1L], updates.Take(2).Select(update => update.GetChunkMetadata()!.Index));
    }

    [Theory]
    [InlineData("update", "options", "default", "update")]
    [InlineData(null, "options", "default", "options")]
    [InlineData("", "options", "default", "options")]
    [InlineData(null, null, "default", "default")]
    [InlineData(null, null, null, null)]
    public async Task Stream_Model_IsTheBestKnown(string? named, string? asked, string? byDefault, string? expected)
    {
        var inner = new FixedChatClient([new(ChatRole.Assistant, "a") { ModelId = named }, new(ChatRole.Assistant, "b")], metadata: new ChatClientMetadata("p", defaultModelId: byDefault));

        List<ChatResponseUpdate> updates = await ReadAsync(inner, new ChatOptions { ModelId = asked });

        Assert.All(updates.Take(2), update => Assert.Equal(expected, update.GetChunkMetadata()!.Model));
        Assert.Equal(expected, updates[2].GetStreamSummary()!.Model);
        Assert.Equal(expected is not null, updates[0].AdditionalProperties!.ContainsKey(StreamingKeys.Model));
    }

    [Fact]
    public async Task Stream_ProviderUnknown_LeavesTheKeyOut()
    {
        List<ChatResponseUpdate> updates = await ReadAsync(new FixedChatClient([new(ChatRole.Assistant, "a") { ModelId = "m" }]));

        Assert.DoesNotContain(StreamingKeys.Provider, updates[0].AdditionalProperties!.Keys);
        Assert.Null(updates[0].GetChunkMetadata()!.Provider);
        Assert.Equal(6, updates[0].AdditionalProperties!.Count);
    }

    [Fact]
    public async Task Stream_ChunksOff_PassesTheSameInstances()
    {
        ChatResponseUpdate[] given = [new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, "b")];

        List<ChatResponseUpdate> updates = await ReadAsync(new FixedChatClient(given, metadata: Known), configure: options => options.Chunks = false);

        Assert.Equal(given, updates.Take(2), ReferenceEqualityComparer.Instance);
        Assert.Equal(2, updates[2].GetStreamSummary()!.Chunks);
    }

    [Fact]
    public async Task Stream_MetadataInside_IsReplacedAndSummedUpOnce()
    {
        IChatClient inside = new FixedChatClient([new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, "b")], metadata: Known).AsBuilder()
            .UseStreamingMetadata().Use(inner => new SkippingChatClient(inner)).Build();

        List<ChatResponseUpdate> updates = await ReadAsync(inside);

        Assert.Equal([0L, null], updates.Select(update => update.GetChunkMetadata()?.Index));
        Assert.Equal(1, updates[1].GetStreamSummary()!.Chunks);
    }

    [Fact]
    public async Task Stream_ReplayedSummaryBesideUsage_LosesTheSummaryAlone()
    {
        var last = new ChatResponseUpdate
        {
            Contents = [new UsageContent(new UsageDetails { OutputTokenCount = 7 })],
            AdditionalProperties = new() { [StreamingKeys.Summary] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["outcome"] = "Failed" }, ["own"] = 1 },
        };

        List<ChatResponseUpdate> updates = await ReadAsync(new FixedChatClient([new(ChatRole.Assistant, "a"), last], metadata: Known));

        Assert.Equal([null, null, StreamOutcome.Completed], updates.Select(update => update.GetStreamSummary()?.Outcome));
        Assert.Equal((2L, 7L), (updates[2].GetStreamSummary()!.Chunks, updates[2].GetStreamSummary()!.Usage!.OutputTokenCount));
        Assert.Equal(1, updates[1].AdditionalProperties!["own"]);
        Assert.Equal(2, last.AdditionalProperties.Count);
    }

    [Fact]
    public async Task Stream_ReadyUpdates_CostOneCloneAndSevenValues()
    {
        const int Count = 1_000;
        ChatResponseUpdate[] given = [.. Enumerable.Range(0, Count).Select(index => new ChatResponseUpdate(ChatRole.Assistant, $"word{index}") { ModelId = "m", MessageId = "1" })];
        using var client = new StreamingMetadataChatClient(new FixedChatClient(given, metadata: Known), timeProvider: _time);
        await DrainAsync(client);

        long before = GC.GetAllocatedBytesForCurrentThread();
        await DrainAsync(client);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(bytes / Count, 300, 760);
    }

    [Fact]
    public async Task Stream_TwoModelsInTurn_CostNoMoreThanOne()
    {
        const int Count = 1_000;
        using var client = new StreamingMetadataChatClient(new AlternatingChatClient(Count), timeProvider: _time);
        await DrainTwoAsync(client);

        long before = GC.GetAllocatedBytesForCurrentThread();
        await DrainTwoAsync(client);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(bytes / (2 * Count), 300, 760);
    }

    private static async Task DrainTwoAsync(StreamingMetadataChatClient client)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> one = client.GetStreamingResponseAsync("hi", new ChatOptions { ModelId = "one" }, Token).GetAsyncEnumerator(Token);
        await using IAsyncEnumerator<ChatResponseUpdate> two = client.GetStreamingResponseAsync("hi", new ChatOptions { ModelId = "two" }, Token).GetAsyncEnumerator(Token);
        while (await one.MoveNextAsync() && await two.MoveNextAsync())
        {
            if (one.Current.GetChunkMetadata() is { Index: 0 } first)
            {
                Assert.Equal(("one", "two"), (first.Model, two.Current.GetChunkMetadata()?.Model));
            }
        }
    }

    // Names no model, so that the one that was asked for stands.
    private sealed class AlternatingChatClient(int count) : DelegatingChatClient(new FixedChatClient([]))
    {
        private readonly ChatResponseUpdate[] _updates = [.. Enumerable.Range(0, count).Select(_ => new ChatResponseUpdate(ChatRole.Assistant, "word"))];

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => new FixedChatClient(_updates).GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    private static async Task DrainAsync(StreamingMetadataChatClient client)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            Assert.NotNull(update.AdditionalProperties);
        }
    }

    private async Task<List<ChatResponseUpdate>> ReadAsync(IChatClient inner, ChatOptions? options = null, Action<StreamingMetadataOptions>? configure = null)
    {
        var written = new StreamingMetadataOptions();
        configure?.Invoke(written);
        using var client = new StreamingMetadataChatClient(inner, written, _time);
        return await client.GetStreamingResponseAsync("hi", options, Token).ToListAsync(Token);
    }

    private AIContent Late(TimeSpan by, AIContent content)
    {
        _time.Advance(by);
        return content;
    }

    private static ChunkMetadata Chunk(long index, DateTimeOffset timestamp, int size, TimeSpan elapsed, TimeSpan gap) =>
        new() { Index = index, Timestamp = timestamp, Size = size, Provider = "scripted", Model = "scripted", Elapsed = elapsed, Gap = gap };

    /// <summary>Leaves the first update out, so that the indexes inside and outside differ.</summary>
    private sealed class SkippingChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetStreamingResponseAsync(messages, options, cancellationToken).Skip(1);
    }
}
