using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>A body cut anywhere gives a prefix and a truncation error, or is complete after the terminal signal; nothing else.</summary>
public sealed class CutTests
{
    private const int EveryOffsetUpTo = 8 * 1024;
    private const int RandomOffsets = 200;

    public static IEnumerable<TheoryDataRow<string>> Streams => RecordedStream.Names(recording => recording.Decoder != "sse");

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_CutAnywhere_GivesPrefixThenTruncation(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        DecodedAnswer whole = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.Whole());

        foreach (int offset in Offsets(recording.Bytes))
        {
            DecodedAnswer cut = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes.AsMemory(0, offset), Splits.Whole());

            Assert.StartsWith(cut.Text, whole.Text, StringComparison.Ordinal);
            Assert.StartsWith(cut.Reasoning, whole.Reasoning, StringComparison.Ordinal);
            Assert.True(EndsAsItMay(cut, whole), $"Cut at {offset}: {cut.Failure?.GetType().Name} {cut.FailureKind}, finish reason {cut.FinishReason}");
        }
    }

    // The error that the whole stream ends with may be reached already; nothing else may fail it in another way.
    private static bool EndsAsItMay(DecodedAnswer cut, DecodedAnswer whole) => cut.Failure switch
    {
        null => cut.FinishReason is not null || whole.Failure is null,
        ChatAdapterException { Kind: ChatErrorKind.Truncated } => true,
        ChatAdapterException e => e.Kind == whole.FailureKind,
        _ => false,
    };

    private static IEnumerable<int> Offsets(byte[] bytes)
    {
        if (bytes.Length <= EveryOffsetUpTo)
        {
            return Enumerable.Range(0, bytes.Length);
        }

        var random = new Random(bytes.Length);
        IEnumerable<int> boundaries = Enumerable.Range(1, bytes.Length - 1).Where(i => bytes[i] is (byte)'\n' or (byte)'\r' && bytes[i - 1] is (byte)'\n' or (byte)'}' or (byte)'\r');
        return boundaries.SelectMany(i => Enumerable.Range(i - 2, 5)).Where(i => i >= 0 && i < bytes.Length).Distinct()
            .Concat(Enumerable.Range(0, RandomOffsets).Select(_ => random.Next(bytes.Length)));
    }
}
