using System.Text;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>What the grammar of event streams leaves open to a server changes no answer: line ends, a byte order mark, comments and blank lines.</summary>
public sealed class FramingPropertyTests
{
    private const string Mark = "\uFEFF";

    private static readonly (string Name, Func<string, string> Change)[] Changes =
    [
        ("LF", text => text),
        ("CRLF", text => text.Replace("\n", "\r\n", StringComparison.Ordinal)),
        ("CR", text => text.Replace('\n', '\r')),
        ("a byte order mark", text => Mark + text),
        ("a byte order mark and CRLF", text => Mark + text.Replace("\n", "\r\n", StringComparison.Ordinal)),
        ("a comment in front of every line", text => ": keep-alive\n:\n" + text.Replace("\n", "\n: keep-alive\n:\n", StringComparison.Ordinal)),
        ("comments and CR", text => (":\n" + text.Replace("\n", "\n: data: no\n", StringComparison.Ordinal)).Replace('\n', '\r')),
        ("more blank lines", text => "\n\n" + text.Replace("\n\n", "\n\n\n\n", StringComparison.Ordinal)),
    ];

    public static IEnumerable<ITheoryDataRow> Streams => RecordedStream.Names(IsEventStream);

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Decode_SameEventsFramedOtherwise_IsTheSameAnswer(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        string expected = await DecodeAsync(recording.Decoder, recording.Bytes, Splits.Whole());
        string text = Encoding.UTF8.GetString(recording.Bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimStart(Mark[0]);

        foreach ((string change, Func<string, string> apply) in Changes)
        {
            byte[] changed = Encoding.UTF8.GetBytes(apply(text));
            foreach (IEnumerator<int> split in (IEnumerator<int>[])[Splits.Whole(), Splits.EveryByte(), Splits.Random(changed.Length)])
            {
                string actual = await DecodeAsync(recording.Decoder, changed, split);

                Assert.True(expected == actual, $"{change}{Environment.NewLine}Expected {expected}{Environment.NewLine}Actual   {actual}");
            }
        }
    }

    private static bool IsEventStream(RecordedStream recording) =>
        recording.Decoder != "sse" && WireProtocol.Of(recording.Decoder).MediaType(recording.Bytes) == "text/event-stream" && IsText(recording.Bytes);

    // Bytes that are no UTF-8 would not survive the change itself.
    private static bool IsText(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static async Task<string> DecodeAsync(string decoder, byte[] bytes, IEnumerator<int> split) =>
        AnswerText.Of(await DecodedAnswer.ByClientAsync(decoder, bytes, split));
}
