using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>Every recorded stream and edge case, in every split, by the client and with the fast path on and off.</summary>
public sealed class RecordingTests
{
    public static IEnumerable<ITheoryDataRow> Streams => RecordedStream.Names(recording => recording.Decoder != "sse");

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_WholeBody_GivesExpectedAnswer(string name)
    {
        RecordedStream recording = RecordedStream.All[name];

        DecodedAnswer answer = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.Whole());

        ExpectedAnswer.Check(recording.Expected, answer);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_ByteByByte_GivesExpectedAnswer(string name)
    {
        RecordedStream recording = RecordedStream.All[name];

        DecodedAnswer answer = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.EveryByte());

        ExpectedAnswer.Check(recording.Expected, answer);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_RandomSplits_GivesExpectedAnswer(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        for (int seed = 0; seed < 5; seed++)
        {
            DecodedAnswer answer = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.Random(seed));

            ExpectedAnswer.Check(recording.Expected, answer);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_WithAndWithoutFastPath_GivesTheSameUpdates(string name)
    {
        RecordedStream recording = RecordedStream.All[name];

        DecodedAnswer fast = await DecodedAnswer.DirectAsync(recording.Decoder, recording.Bytes, Splits.Whole(), fastPath: true);
        DecodedAnswer full = await DecodedAnswer.DirectAsync(recording.Decoder, recording.Bytes, Splits.Whole(), fastPath: false);

        ExpectedAnswer.Check(recording.Expected, full);
        Assert.Equal(full.Updates.Select(Describe), fast.Updates.Select(Describe));
        Assert.Equal(full.FailureKind, fast.FailureKind);
    }

    private static string Describe(ChatResponseUpdate update) =>
        $"{update.ModelId}|{update.CreatedAt:O}|{update.FinishReason}|{string.Join(',', update.Contents.Select(content => $"{content.GetType().Name}:{content}"))}|{string.Join(',', update.AdditionalProperties?.Keys ?? Enumerable.Empty<string>())}";
}
