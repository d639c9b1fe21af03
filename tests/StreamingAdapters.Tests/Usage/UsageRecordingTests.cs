using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Recordings;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Usage equals the truth for every recorded answer.</summary>
public sealed class UsageRecordingTests
{
    private readonly List<UsageRecord> _records = [];

    public static IEnumerable<ITheoryDataRow> Streams => RecordedStream.Names(recording => recording.Decoder != "sse");

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Record_WholeAnswer_IsTheTruth(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        using IChatClient client = Over(recording);

        DecodedAnswer answer = await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync("hello"));

        UsageRecord record = Assert.Single(_records);
        bool isComplete = answer.Failure is null;
        Assert.Equal(isComplete ? StreamOutcome.Completed : StreamOutcome.Failed, record.Outcome);
        Assert.Equal(isComplete ? null : record.Usage.TotalTokenCount, answer.Failure?.GetUsage()!.Usage.TotalTokenCount);
        if (ExpectedUsage.Of(recording.Expected) is { } truth)
        {
            Assert.Equal(isComplete ? UsageKind.Reported : UsageKind.Partial, record.Kind);
            truth.Check(record.Usage);
        }
        else
        {
            Assert.Equal(UsageKind.Estimated, record.Kind);
            Assert.True(record.Usage.TotalTokenCount > 0 || answer.Updates.Count == 0, "Nothing was estimated.");
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Record_BreakAfterTheLastContent_IsWhatWasSaidOrAnEstimate(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        DecodedAnswer whole = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.Whole());
        int contents = whole.Updates.Count(SemanticContent.IsIn);

        // An answer without any content is left at its first update, if it comes to one.
        bool hasContent = contents > 0;
        using IChatClient client = Over(recording);
        ChatResponseUpdate? last = null;
        Exception? failure = await Record.ExceptionAsync(() => client.ReadUntilAsync(update =>
        {
            last = update;
            return !hasContent || (SemanticContent.IsIn(update) && --contents == 0);
        }));

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(failure is null ? StreamOutcome.Abandoned : StreamOutcome.Failed, record.Outcome);
        Assert.True(failure is null || !hasContent, "It was not left in time.");
        if (failure is ChatProviderException && last is null)
        {
            // Refused before anything was generated.
            Assert.Equal((0, 0), (record.Usage.InputTokenCount, record.Usage.OutputTokenCount));
            return;
        }

        Assert.True(record.Usage.InputTokenCount > 0 || record.Kind is UsageKind.Reported, "No input was counted.");
        Assert.True(record.Usage.OutputTokenCount > 0 || !whole.Contents.Any(IsCounted), "No output was counted.");
        if (last?.Contents.OfType<UsageContent>().Any() is true)
        {
            ExpectedUsage.Of(recording.Expected)!.Check(record.Usage);
        }
        else
        {
            Assert.NotEqual(UsageKind.Reported, record.Kind);
            Assert.True(record.Kind is UsageKind.Partial || record.OutputError > 0 || record.InputError > 0, "An estimate has an error bar.");
        }
    }

    // What only the provider reads cannot be estimated.
    private static bool IsCounted(AIContent content) => content is TextContent { Text.Length: > 0 } or TextReasoningContent { Text.Length: > 0 } or FunctionCallContent;

    private StreamingUsageChatClient Over(RecordedStream recording) => new(
        DecodedAnswer.ClientOf(recording.Decoder, recording.Bytes, Splits.Whole()), timeProvider: new ManualTimeProvider(), sinks: [RecordingSink.Into(_records)]);
}
