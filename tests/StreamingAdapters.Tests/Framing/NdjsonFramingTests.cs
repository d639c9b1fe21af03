using System.Text;
using StreamingAdapters.Framing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>JSON lines, each case in every split into three reads.</summary>
public sealed class NdjsonFramingTests
{
    /// <summary>The body and its records; a record that its line does not end is marked with <c>…</c>.</summary>
    public static TheoryData<string, string[]> Bodies => new()
    {
        { "{1}\n{2}\n", ["{1}", "{2}"] },
        { "{1}\r\n{2}\r\n", ["{1}", "{2}"] },
        { "{1}\n{2}", ["{1}", "{2}…"] },
        { "{1}\n{2}\r", ["{1}", "{2}…"] },
        { "\n\r\n  \t\n{1}\n\n\r\n{2}\n\n", ["{1}", "{2}"] },
        { " \t{1} \t\r\n", ["{1}"] },
        { "\uFEFF{1}\n", ["{1}"] },
        { "{1}\n\uFEFF{2}\n", ["{1}", "\uFEFF{2}"] },
        { "{\"a\":\"\u2028\u0085\r\v\"}\n", ["{\"a\":\"\u2028\u0085\r\v\"}"] },
        { "{漢👩}\n", ["{漢👩}"] },
        { "", [] },
        { "\uFEFF", [] },
        { "\n", [] },
        { " \r\n \t", [] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task TryRead_AnySplit_GivesTheRecords(string text, string[] records)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        foreach (IEnumerator<int> split in FrameSplits.Of(bytes.Length))
        {
            using var body = new SplitStream(bytes, split);
            using var reader = new NdjsonFraming(body);
            List<SeenFrame> frames = await SeenFrame.AllAsync(reader);

            Assert.Equal(records, frames.Select(frame => frame.Data + (frame.IsTerminated ? "" : "…")));
            Assert.All(frames, frame => Assert.Equal((FrameKind.Data, ""), (frame.Kind, frame.EventName)));
            Assert.Equal(bytes.Length > 0, reader.HasReceived);
        }
    }

    [Fact]
    public async Task TryRead_LinesLargerThanTheBuffer_GrowsIt()
    {
        string[] lines = [.. Enumerable.Range(1, 12).Select(i => new string((char)('a' + i), i * 9973))];
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");

        foreach (IEnumerator<int> split in (IEnumerator<int>[])[Splits.Whole(), FrameSplits.Sizes(4095), Splits.Random(3)])
        {
            using var body = new SplitStream(bytes, split);
            using var reader = new NdjsonFraming(body);

            Assert.Equal(lines, (await SeenFrame.AllAsync(reader)).Select(frame => frame.Data));
        }
    }
}
