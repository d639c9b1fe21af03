using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

/// <summary>What the stage writes survives a cache or a file, and can be taken out again.</summary>
public sealed class MetadataRoundTripTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Updates_ThroughJson_ReadTheSame()
    {
        List<ChatResponseUpdate> updates = await StreamAsync();

        List<ChatResponseUpdate> read = [.. updates.Select(Through)];

        Assert.Equal(updates.Select(update => update.GetChunkMetadata()), read.Select(update => update.GetChunkMetadata()));
        Assert.Equal([0L, 1L, 2L, null], read.Select(update => update.GetChunkMetadata()?.Index));
        AssertSame(updates[^1].GetStreamSummary(), read[^1].GetStreamSummary());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_ThroughJson_ReadsTheSame(bool streaming)
    {
        ChatResponse response = streaming ? (await StreamAsync()).ToChatResponse() : await Client().GetResponseAsync("hi", cancellationToken: Token);

        ChatResponse read = Through(response);

        AssertSame(response.GetStreamSummary(), read.GetStreamSummary());
    }

    [Fact]
    public void Summary_EveryMember_ReadsTheSame()
    {
        var summary = new StreamSummary
        {
            Outcome = StreamOutcome.Failed,
            StartedAt = ManualTimeProvider.DefaultStart.AddTicks(1),
            Duration = TimeSpan.FromTicks(12_345_678),
            FirstContent = TimeSpan.FromDays(1.5),
            Chunks = 3_000_000_000,
            Bytes = 4_000_000_000,
            ChunksPerSecond = 0.1,
            TokensPerSecond = 1e9,
            Attempts = 3,
            Provider = "p",
            Model = "m",
            Usage = new UsageDetails { InputTokenCount = 1, OutputTokenCount = 2, TotalTokenCount = 3, CachedInputTokenCount = 4, ReasoningTokenCount = 5, AdditionalCounts = new() { ["x"] = 6 } },
            ErrorType = "RateLimited",
        };
        Assert.All(typeof(StreamSummary).GetProperties(), property => Assert.NotEqual(property.GetValue(new StreamSummary { Outcome = default, StartedAt = default, Duration = default }), property.GetValue(summary)));

        var update = new ChatResponseUpdate { AdditionalProperties = new() { [StreamingKeys.Summary] = SummaryProperties.Write(summary) } };

        AssertSame(summary, update.GetStreamSummary());
        AssertSame(summary, Through(update).GetStreamSummary());
        Assert.Equal(6, Through(update).GetStreamSummary()!.Usage!.AdditionalCounts!["x"]);
    }

    [Fact]
    public async Task ReplayedUpdates_ThroughTheStage_AreNumberedAnew()
    {
        ChatResponseUpdate[] cached = [.. (await StreamAsync()).Select(Through)];
        using var client = new StreamingMetadataChatClient(new FixedChatClient(cached), timeProvider: _time);

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal([0L, 1L, 2L, null], updates.Select(update => update.GetChunkMetadata()?.Index));
        Assert.All(updates.Take(3), update => Assert.Equal(TimeSpan.Zero, update.GetChunkMetadata()!.Elapsed));
        Assert.Equal((3L, TimeSpan.Zero), (updates[^1].GetStreamSummary()!.Chunks, updates[^1].GetStreamSummary()!.Duration));
    }

    [Fact]
    public void Readers_NothingThere_GiveNull()
    {
        var other = new ChatResponseUpdate { AdditionalProperties = new() { ["x"] = 1 } };

        Assert.Null(new ChatResponseUpdate().GetChunkMetadata());
        Assert.Null(other.GetChunkMetadata());
        Assert.Null(other.GetStreamSummary());
        Assert.Null(new ChatResponse().GetStreamSummary());
        Assert.Null(new InvalidOperationException("x").GetStreamSummary());
        Assert.Null(new ChatResponseUpdate { AdditionalProperties = new() { [StreamingKeys.Summary] = "text" } }.GetStreamSummary());
    }

    [Fact]
    public async Task Strip_WrittenByTheStage_LeavesTheRest()
    {
        List<ChatResponseUpdate> updates = await StreamAsync();
        updates[0].AdditionalProperties!["own"] = 1;
        ChatResponse response = updates.ToChatResponse();
        response.AdditionalProperties!["own"] = 2;

        ChatResponse stripped = response.StripStreamingMetadata();

        Assert.Equal(["own"], updates[0].StripStreamingMetadata().AdditionalProperties!.Keys);
        Assert.Null(updates[1].StripStreamingMetadata().AdditionalProperties);
        Assert.Equal(["own"], response.Messages[0].StripStreamingMetadata().AdditionalProperties!.Keys);
        Assert.Equal(["own"], stripped.Messages[0].AdditionalProperties!.Keys);
        Assert.Equal(["own"], stripped.AdditionalProperties!.Keys);
        Assert.Equal(("Hello", "response-1"), (stripped.Text, stripped.ResponseId));
        Assert.NotNull(response.GetStreamSummary());
        Assert.NotNull(updates[1].GetChunkMetadata());
    }

    [Fact]
    public void Strip_NothingWritten_GivesTheSameInstance()
    {
        var update = new ChatResponseUpdate { AdditionalProperties = new() { ["own"] = 1 } };
        var message = new ChatMessage(ChatRole.User, "a");
        var response = new ChatResponse(message);

        Assert.Same(update, update.StripStreamingMetadata());
        Assert.Same(message, message.StripStreamingMetadata());
        Assert.Same(response, response.StripStreamingMetadata());
    }

    private async Task<List<ChatResponseUpdate>> StreamAsync() => await Client().GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

    private StreamingMetadataChatClient Client() => new(
        new ScriptedChatClient(_time, StreamScript.New().Content(() => Late("Hel")).Content(() => Late("lo")).Usage(3, 2)), timeProvider: _time);

    private TextContent Late(string text)
    {
        _time.Advance(TimeSpan.FromTicks(12_345_678));
        return new TextContent(text);
    }

    private static T Through<T>(T value) =>
        (T)JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T))), AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)))!;

    // Usage has no equality of its own.
    private static void AssertSame(StreamSummary? expected, StreamSummary? actual)
    {
        Assert.NotNull(expected);
        Assert.NotNull(actual);
        Assert.Equal(expected with { Usage = null }, actual with { Usage = null });
        Assert.Equal(UsageNumbers.From(expected.Usage!), UsageNumbers.From(actual.Usage!));
    }
}
