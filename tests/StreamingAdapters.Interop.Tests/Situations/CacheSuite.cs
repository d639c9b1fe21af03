using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>A cache around the metadata stage and inside it; the cache is a derived class's.</summary>
public abstract class CacheSuite : IUsageSink
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    public static MatrixTheoryData<string, bool> ModelsInBothMethods => new(Model.Names, [true, false]);

    public static MatrixTheoryData<string, bool> ModelsCoalescedOrNot => new(Model.Names, [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    void IUsageSink.Write(UsageRecord record) => _records.Add(record);

    [Theory]
    [MemberData(nameof(ModelsInBothMethods))]
    public async Task CacheAroundMetadata_SecondCall_HitsWithTheSameSummary(string name, bool streaming)
    {
        Model model = Model.Talking(name, streaming);
        using IChatClient client = UseCache(model.Client.AsBuilder(), coalesces: true).Use(WithMetadata).Build();

        ChatResponse first = await client.AskAsync(streaming);
        ChatResponse second = await client.AskAsync(streaming);

        Assert.Equal(1, model.Calls());
        Assert.Equal(("It snows.", ChatFinishReason.Stop), (second.Text, second.FinishReason));
        Assert.Equal(10, first.GetStreamSummary()?.Usage?.InputTokenCount);
        Assert.Equal(10, second.GetStreamSummary()?.Usage?.InputTokenCount);
        Assert.Equal(first.GetStreamSummary()! with { Usage = null }, second.GetStreamSummary()! with { Usage = null });
    }

    [Theory]
    [MemberData(nameof(ModelsCoalescedOrNot))]
    public async Task CacheAroundMetadata_SecondStream_ChunksAndSummaryAreReadable(string name, bool coalesces)
    {
        Model model = Model.Talking(name, streaming: true);
        using IChatClient client = UseCache(model.Client.AsBuilder(), coalesces).Use(WithMetadata).Build();

        List<ChatResponseUpdate> first = await client.StreamAsync();
        List<ChatResponseUpdate> second = await client.StreamAsync();

        List<ChunkMetadata> replayed = [.. second.Select(update => update.GetChunkMetadata()).OfType<ChunkMetadata>()];
        Assert.Equal(1, model.Calls());
        Assert.Equal("It snows.", string.Concat(second.Select(update => update.Text)));
        Assert.Equal(first[^1].GetStreamSummary()!.Chunks, Assert.Single(second.Select(update => update.GetStreamSummary()).OfType<StreamSummary>()).Chunks);

        // One update of many chunks has the metadata of the last.
        Assert.Equal(coalesces ? [first[^2].GetChunkMetadata()] : first.SkipLast(1).Select(update => update.GetChunkMetadata()), replayed);
    }

    [Theory]
    [MemberData(nameof(ModelsInBothMethods))]
    public async Task MetadataAroundCache_HistoryWithMetadata_HitsWhatWasAskedWithout(string name, bool streaming)
    {
        Model model = Model.Talking(name, streaming);
        using var metadata = new StreamingMetadataChatClient(UseCache(model.Client.AsBuilder(), coalesces: true).Build(), timeProvider: _time);
        using var client = new StreamingUsageChatClient(metadata, timeProvider: _time, sinks: [this]);

        ChatResponse answer = await client.AskAsync(streaming);
        ChatMessage[] history = [new(ChatRole.User, "Weather?"), .. answer.Messages, new(ChatRole.User, "And tomorrow?")];
        Assert.Equal(streaming, history[1].AdditionalProperties?.ContainsKey(StreamingKeys.Index) ?? false);
        ChatResponse with = await client.AskAsync(history, streaming);
        ChatResponse without = await client.AskAsync([.. history.Select(message => message.StripStreamingMetadata())], streaming);

        Assert.Equal(2, model.Calls());
        Assert.Equal(("It rains.", "It rains."), (with.Text, without.Text));
        Assert.Equal([false, false, true], _records.Select(record => record.IsCacheHit));
        UsageTotals totals = client.GetService<UsageAccumulator>()!.Total;
        Assert.Equal((30L, 12L), (totals.Usage.InputTokenCount, totals.Usage.OutputTokenCount));
    }

    [Theory]
    [MemberData(nameof(ModelsCoalescedOrNot))]
    public async Task MetadataAroundCache_Replay_IsNumberedAndSummedUpAnew(string name, bool coalesces)
    {
        Model model = Model.Talking(name, streaming: true);
        using var client = new StreamingMetadataChatClient(UseCache(model.Client.AsBuilder(), coalesces).Build(), timeProvider: _time);

        await client.StreamAsync();
        _time.Advance(TimeSpan.FromHours(1));
        List<ChatResponseUpdate> second = await client.StreamAsync();

        List<ChatResponseUpdate> chunks = second[..^1];
        Assert.Equal(1, model.Calls());
        Assert.Equal(Enumerable.Range(0, chunks.Count).Select(index => (long?)index), chunks.Select(update => update.GetChunkMetadata()?.Index));
        Assert.Equal((_time.GetUtcNow(), chunks.Count), (second[^1].GetStreamSummary()!.StartedAt, second[^1].GetStreamSummary()!.Chunks));
    }

    [Theory]
    [MemberData(nameof(ModelsInBothMethods))]
    public async Task MetadataOnBothSidesOfCache_Replay_HasASummaryOfItsOwn(string name, bool streaming)
    {
        Model model = Model.Talking(name, streaming);
        using var client = new StreamingMetadataChatClient(UseCache(model.Client.AsBuilder(), coalesces: true).Use(WithMetadata).Build(), timeProvider: _time);

        await client.AskAsync(streaming);
        _time.Advance(TimeSpan.FromHours(1));
        ChatResponse second = await client.AskAsync(streaming);

        Assert.Equal(1, model.Calls());
        Assert.Equal((_time.GetUtcNow(), 10L), (second.GetStreamSummary()!.StartedAt, second.GetStreamSummary()!.Usage!.InputTokenCount));
        Assert.Equal(10, second.Usage?.InputTokenCount);
    }

    [Fact]
    public async Task MetadataOnBothSidesOfCache_ReplayedStream_HasOneSummary()
    {
        Model model = Model.Talking(Model.Names[0], streaming: true);
        using var client = new StreamingMetadataChatClient(UseCache(model.Client.AsBuilder(), coalesces: false).Use(WithMetadata).Build(), timeProvider: _time);

        List<ChatResponseUpdate> first = await client.StreamAsync();
        List<ChatResponseUpdate> second = await client.StreamAsync();

        Assert.Equal(1, model.Calls());
        Assert.Equal([0L, 1L, 2L, null], first.Select(update => update.GetChunkMetadata()?.Index));
        Assert.Equal(first.Select(update => update.GetChunkMetadata()?.Index), second.Select(update => update.GetChunkMetadata()?.Index));
        Assert.Single(second, update => update.GetStreamSummary() is not null);
    }

    /// <summary>Adds a cache; the same storage for the whole test.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="coalesces">Whether a stream is kept as the answer it makes, rather than by its updates.</param>
    protected abstract ChatClientBuilder UseCache(ChatClientBuilder builder, bool coalesces);

    private StreamingMetadataChatClient WithMetadata(IChatClient inner) => new(inner, timeProvider: _time);
}
