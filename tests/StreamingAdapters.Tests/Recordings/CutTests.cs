using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>A body cut anywhere gives a prefix, and ends without an error only behind the protocol's terminal signal.</summary>
public sealed class CutTests
{
    private const int EveryOffsetUpTo = 8 * 1024;
    private const int RandomOffsets = 200;

    // A cut decodes what is in front of it: a long stream would take seconds.
    private const int BytesToDecode = 20 * 1024 * 1024;

    public static IEnumerable<ITheoryDataRow> Streams => RecordedStream.Names(recording => recording.Decoder != "sse");

    [Theory]
    [MemberData(nameof(Streams))]
    public Task Decode_CutAnywhere_GivesPrefixThenTruncation(string name) => CheckAsync(RecordedStream.All[name], Some);

    // Takes long: on demand.
    [Theory(Explicit = true)]
    [MemberData(nameof(Streams))]
    public Task Decode_CutAtEveryFrame_GivesPrefixThenTruncation(string name) => CheckAsync(RecordedStream.All[name], Offsets);

    private static async Task CheckAsync(RecordedStream recording, Func<byte[], IReadOnlyCollection<int>> offsets)
    {
        DecodedAnswer whole = await DecodedAnswer.ByClientAsync(recording.Decoder, recording.Bytes, Splits.Whole());
        int terminal = FirstTerminalOffset(recording);

        foreach (int offset in offsets(recording.Bytes))
        {
            ReadOnlyMemory<byte> prefix = recording.Bytes.AsMemory(0, offset);
            DecodedAnswer cut = await DecodedAnswer.ByClientAsync(recording.Decoder, prefix, Splits.Whole());

            AssertPrefix(cut, whole);
            bool isTerminated = cut.FinishReason is not null || offset >= terminal;
            Assert.True(EndsAsItMust(cut, whole, isTerminated), $"Cut at {offset}: {cut.Failure?.GetType().Name} {cut.FailureKind}, terminal signal {(isTerminated ? "seen" : "not seen")}");
        }
    }

    // What is whole with some bytes is whole with more, so that few prefixes have to be read.
    private static int FirstTerminalOffset(RecordedStream recording)
    {
        WireProtocol protocol = WireProtocol.Of(recording.Decoder);
        (int low, int high) = (0, recording.Bytes.Length + 1);
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isTerminal = middle > recording.Bytes.Length || protocol.IsTerminal(Encoding.UTF8.GetString(recording.Bytes.AsSpan(0, middle)));
            (low, high) = isTerminal ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static void AssertPrefix(DecodedAnswer cut, DecodedAnswer whole)
    {
        Assert.StartsWith(cut.Text, whole.Text, StringComparison.Ordinal);
        Assert.StartsWith(cut.Reasoning, whole.Reasoning, StringComparison.Ordinal);
        string[] calls = [.. Calls(cut)];
        Assert.Equal(Calls(whole).Take(calls.Length), calls);
        Assert.True(cut.Contents.OfType<UsageContent>().Count() <= 1, "Usage was sent twice.");
    }

    private static bool EndsAsItMust(DecodedAnswer cut, DecodedAnswer whole, bool isTerminated) => cut.Failure switch
    {
        null => isTerminated,
        ChatAdapterException { Kind: ChatErrorKind.Truncated } => !isTerminated || whole.Failure is not null,
        // The error that the whole stream ends with was reached, so everything in front of it too.
        ChatAdapterException e => e.Kind == whole.FailureKind && cut.Text == whole.Text && cut.Reasoning == whole.Reasoning,
        _ => false,
    };

    // Ids may be made up, and then differ from run to run.
    private static IEnumerable<string> Calls(DecodedAnswer answer) => answer.Contents.OfType<FunctionCallContent>().Select(call => call.Arguments is { } arguments
        ? $"{call.Name}({string.Join(", ", arguments.Select(argument => $"{argument.Key}: {argument.Value}"))})"
        : $"{call.Name}(unreadable: {call.AdditionalProperties?["arguments_raw"]})");

    private static IReadOnlyCollection<int> Some(byte[] bytes)
    {
        IReadOnlyCollection<int> all = Offsets(bytes);
        int most = Math.Max(RandomOffsets, BytesToDecode / (bytes.Length / 2 + 1));
        return all.Count <= most ? all : new Random(bytes.Length).GetItems([.. all], most);
    }

    private static IReadOnlyCollection<int> Offsets(byte[] bytes)
    {
        if (bytes.Length <= EveryOffsetUpTo)
        {
            return [.. Enumerable.Range(0, bytes.Length)];
        }

        var random = new Random(bytes.Length);
        IEnumerable<int> boundaries = Enumerable.Range(1, bytes.Length - 1).Where(i => bytes[i] is (byte)'\n' or (byte)'\r' && bytes[i - 1] is (byte)'\n' or (byte)'}' or (byte)'\r');
        return [.. boundaries.SelectMany(i => Enumerable.Range(i - 2, 5)).Where(i => i >= 0 && i < bytes.Length).Concat(Enumerable.Range(0, RandomOffsets).Select(_ => random.Next(bytes.Length))).Distinct()];
    }
}
