using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Recordings;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Every recorded answer through every stage: the text, the usage and the end are the truth, whatever was merged, counted and numbered on the way.</summary>
public sealed class RecordedPipelineTests
{
    public static IEnumerable<ITheoryDataRow> Recordings => RecordedStream.Names(recording => recording.Decoder != "sse");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Recordings))]
    public Task Enhanced_Coalescing_TellsTheTruth(string name) => CheckAsync(RecordedStream.All[name], coalescing: true);

    [Theory]
    [MemberData(nameof(Recordings))]
    public Task Enhanced_NoCoalescing_TellsTheTruth(string name) => CheckAsync(RecordedStream.All[name], coalescing: false);

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Basic_TellsTheTruth(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        using IChatClient client = Provider(recording).AsBuilder().UseStreaming().Build(new TestServices(new ManualTimeProvider()));

        DecodedAnswer answer = await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync("hello", cancellationToken: Token));

        ExpectedAnswer.Check(recording.Expected, answer);
        Assert.Equal(answer.Failure is null ? null : answer.Text, (answer.Failure as ChatAdapterException)?.Partial);
    }

    private static async Task CheckAsync(RecordedStream recording, bool coalescing)
    {
        using IChatClient client = Provider(recording).Enhanced(new TestServices(new ManualTimeProvider()), coalescing);

        DecodedAnswer answer = await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync("hello", cancellationToken: Token));

        bool isWhole = recording.Expected.GetProperty("complete").GetBoolean();
        Assert.Equal(Text(recording.Expected, "text"), answer.Text);
        Assert.Equal(Text(recording.Expected, "reasoning"), answer.Reasoning);
        StreamSummary? summary = isWhole ? answer.Updates[^1].GetStreamSummary() : answer.Failure!.GetStreamSummary();
        ChatResponseUpdate[] chunks = isWhole ? [.. answer.Updates.SkipLast(1)] : [.. answer.Updates];
        CheckChunks(chunks, summary!, answer);

        // An attempt without any content hands nothing on: what it used is in its record.
        UsageDetails? usage = answer.Updates.Count > 0 ? summary!.Usage : AttemptRecord.ReadFrom(answer.Failure!).SingleOrDefault()?.Usage;
        CheckUsage(recording.Expected, usage, client.GetService<UsageAccumulator>()!.Total, isWhole);
        if (isWhole)
        {
            Assert.Equal((StreamOutcome.Completed, answer.Text), (summary!.Outcome, answer.Updates.ToChatResponse().Text));
        }
        else
        {
            var failure = Assert.IsAssignableFrom<ChatAdapterException>(answer.Failure);
            Assert.Equal((answer.Text, StreamOutcome.Failed, failure.Kind.ToString()), (failure.Partial, summary!.Outcome, summary.ErrorType));
            Assert.Equal(StreamOutcome.Failed, failure.GetUsage()!.Outcome);
        }
    }

    private static void CheckChunks(ChatResponseUpdate[] chunks, StreamSummary summary, DecodedAnswer answer)
    {
        Assert.Equal(Enumerable.Range(0, chunks.Length).Select(index => (long?)index), chunks.Select(chunk => chunk.GetChunkMetadata()?.Index));
        Assert.Equal(chunks.Length, summary.Chunks);
        Assert.Equal(Encoding.UTF8.GetByteCount(answer.Text), summary.Bytes);
        Assert.Equal(summary.Bytes, chunks.Sum(chunk => (long)chunk.GetChunkMetadata()!.Size));
    }

    private static void CheckUsage(JsonElement expected, UsageDetails? usage, UsageTotals totals, bool isWhole)
    {
        Assert.Equal(1, totals.Answers);
        if (ExpectedUsage.Of(expected) is not { } truth)
        {
            Assert.Null(usage);
            return;
        }

        truth.Check(usage);
        Assert.Equal(Counts(usage!), Counts(totals.Usage));
        Assert.True(isWhole || totals.Usage.InputTokenCount > 0, "Nothing was counted.");
    }

    private static (long? Input, long? Output, long? Total) Counts(UsageDetails usage) => (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount);

    private static IChatClient Provider(RecordedStream recording) => DecodedAnswer.ClientOf(recording.Decoder, recording.Bytes, Splits.Whole());

    private static string Text(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}
