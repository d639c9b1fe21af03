using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Integrity;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Whatever is written into properties and exceptions survives JSON without reflection, and is read the same before and behind it.</summary>
public sealed class PropertyRoundTripTests
{
    private static readonly AttemptRecord[] Attempts =
    [
        new() { Route = "a", Kind = ChatErrorKind.RateLimited, Duration = TimeSpan.FromMilliseconds(1.5), RetryAfter = TimeSpan.FromSeconds(2), Decision = "retry", Usage = new UsageDetails { InputTokenCount = 4 } },
        new() { Duration = TimeSpan.FromSeconds(1), IsDelivered = true },
    ];

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Reflection_Json_IsSwitchedOff() => Assert.False(JsonSerializer.IsReflectionEnabledByDefault);

    [Fact]
    public async Task Updates_RichAnswer_AreReadTheSameBehindJson()
    {
        List<ChatResponseUpdate> updates = await RichAsync();

        List<ChatResponseUpdate> read = [.. updates.Select(AIJson.Through)];

        Assert.Equal(Keys(), updates.SelectMany(update => update.AdditionalProperties!.Keys).Distinct().Order());
        Assert.Equal(updates.Select(AIJson.Text), read.Select(AIJson.Text));
        Assert.Equal(updates.Select(update => update.GetChunkMetadata()), read.Select(update => update.GetChunkMetadata()));
        Assert.Equal(updates.Select(Describe), read.Select(Describe));
        Assert.Equal([StreamAnnotations.ContentAfterFinishReason, StreamAnnotations.MessageIdChanged], read.SelectMany(update => update.GetStreamAnnotations()));
        Assert.Equal(2, read.Max(update => AttemptRecord.ReadFrom(update.AdditionalProperties).Count));
        Assert.Equal((9L, StreamOutcome.Completed, 2), (read[^1].GetStreamSummary()!.Usage!.TotalTokenCount, read[^1].GetStreamSummary()!.Outcome, read[^1].GetStreamSummary()!.Attempts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_RichAnswer_IsReadTheSameBehindJson(bool streaming)
    {
        using IChatClient client = RichClient();
        ChatResponse response = await client.AskAsync(streaming);

        ChatResponse read = AIJson.Through(response);

        Assert.Equal(AIJson.Text(response), AIJson.Text(read));
        Assert.Equal(Summary(response.GetStreamSummary()), Summary(read.GetStreamSummary()));
        Assert.NotNull(read.GetStreamSummary());
        Assert.Equal(["9", "9"], new[] { response, read }.Select(answer => $"{answer.GetStreamSummary()!.Usage!.TotalTokenCount}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExceptionData_FailedAnswer_IsReadTheSameBehindJson(bool streaming)
    {
        var thrown = new ChatStreamException(ChatErrorKind.Truncated, "cut");
        thrown.Data[StreamingKeys.Attempts] = AttemptRecord.Write(Attempts);
        using IChatClient client = new ScriptedChatClient(_time, StreamScript.New().Text("a").Usage(4, 5).Fault(thrown)).Enhanced(
            new TestServices(_time), configure: options =>
            {
                options.Recovery.Enabled = false;
                options.Usage.Prices["scripted"] = new ModelPrice { Input = 0.1m, Output = 0.2m };
            });

        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => client.AskAsync(streaming));

        var read = new InvalidOperationException("read");
        foreach (DictionaryEntry entry in failure.Data)
        {
            read.Data[entry.Key] = AIJson.Through((Dictionary<string, object?>)entry.Value!);
        }

        Assert.Equal([StreamingKeys.Attempts, StreamingKeys.Summary, StreamingKeys.Usage], read.Data.Keys.Cast<string>().Order());
        Assert.Equal(Summary(failure.GetStreamSummary()), Summary(read.GetStreamSummary()));
        Assert.Equal(Usage(failure.GetUsage()), Usage(read.GetUsage()));
        Assert.Equal(AIJson.Text(AttemptRecord.Write(Attempts)), AIJson.Text(AttemptRecord.Write(AttemptRecord.ReadFrom(read))));
        Assert.Equal((2, StreamOutcome.Failed), (read.GetStreamSummary()!.Attempts, read.GetUsage()!.Outcome));
        Assert.Equal(failure.GetUsage()!.Cost, read.GetUsage()!.Cost);
        Assert.True(read.GetUsage()!.Cost > 0 || !streaming, "A price was set.");
    }

    private static IEnumerable<string> Keys() => new[]
    {
        StreamingKeys.Annotations, StreamingKeys.Attempts, StreamingKeys.Elapsed, StreamingKeys.FinishReasonRaw, StreamingKeys.Gap, StreamingKeys.Index, StreamingKeys.Model,
        StreamingKeys.OtherChoices, StreamingKeys.Provider, StreamingKeys.Size, StreamingKeys.Summary, StreamingKeys.Timestamp, StreamingKeys.UsageSoFar,
    }.Order();

    private static string Describe(ChatResponseUpdate update) =>
        $"{Summary(update.GetStreamSummary())}|{string.Join(',', update.GetStreamAnnotations())}|{AIJson.Text(AttemptRecord.Write(AttemptRecord.ReadFrom(update.AdditionalProperties)))}"
        + $"|{UsageNumbers.Read(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.UsageSoFar))?.InputTokenCount}"
        + $"|{PropertyReader.Text(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.FinishReasonRaw))}"
        + $"|{PropertyReader.Text(PropertyReader.Members(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.OtherChoices))?.GetValueOrDefault("1"))}";

    // Usage has no equality of its own.
    private static string Summary(StreamSummary? summary) => summary is null ? "" : AIJson.Text(SummaryProperties.Write(summary));

    private static string Usage(UsageRecord? record) => AIJson.Text(UsageRecordProperties.Write(record!));

    private async Task<List<ChatResponseUpdate>> RichAsync()
    {
        using IChatClient client = RichClient();
        return await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);
    }

    private IChatClient RichClient() => new ScriptedChatClient(
        _time,
        StreamScript.New()
            .Update(new ChatResponseUpdate(ChatRole.Assistant, "a")
            {
                ResponseId = "r",
                MessageId = "m",
                AdditionalProperties = new()
                {
                    [StreamingKeys.Attempts] = AttemptRecord.Write(Attempts),
                    [StreamingKeys.UsageSoFar] = new AdditionalPropertiesDictionary<long> { [nameof(UsageDetails.InputTokenCount)] = 4 },
                },
            })
            .Update(new ChatResponseUpdate
            {
                ResponseId = "r",
                MessageId = "m",
                FinishReason = ChatFinishReason.Stop,
                AdditionalProperties = new()
                {
                    [StreamingKeys.FinishReasonRaw] = "eos",
                    [StreamingKeys.OtherChoices] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["1"] = "other" },
                },
            })
            .Update(new ChatResponseUpdate(ChatRole.Assistant, "b") { ResponseId = "r", MessageId = "n" })
            .Update(new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 4, OutputTokenCount = 5, TotalTokenCount = 9 })]) { ResponseId = "r", MessageId = "n" }))
        .Enhanced(new TestServices(_time), configure: options => options.Recovery.Enabled = false);
}
