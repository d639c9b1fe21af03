using System.Text;
using StreamingAdapters.Framing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>The grammar of event streams, each case in every split into three reads.</summary>
public sealed class SseFramingTests
{
    /// <summary>What it shows, the body, and the events as <c>name=data</c>, one a row.</summary>
    public static TheoryData<string, string, string[]> Grammar => new()
    {
        { "LF", "data: a\n\ndata: b\n\n", ["=a", "=b"] },
        { "CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", ["=a", "=b"] },
        { "CR", "data: a\r\rdata: b\r\r", ["=a", "=b"] },
        { "Mixed: CRLF LF, LF CRLF, CR CRLF", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", ["=a", "=b", "=c"] },
        { "CR then LF inside a pair of line ends", "data: a\n\r\n\rdata: b\r\n\n", ["=a", "=b"] },
        { "Blank lines before, between and after", "\n\r\n\rdata: a\n\n\n\n\ndata: b\n\n\n", ["=a", "=b"] },
        { "Byte order mark", "\uFEFFdata: a\n\n", ["=a"] },
        { "A later mark belongs to the field's name", "data: a\n\n\uFEFFdata: b\n\n", ["=a"] },
        { "Only one mark is dropped", "\uFEFF\uFEFFdata: b\n\n", [] },
        { "One space after the colon goes", "data:a\n\ndata:  b\n\ndata:\tc\n\n", ["=a", "= b", "=\tc"] },
        { "Comments", ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: a\n\n", ["=a"] },
        { "Empty comment, comment before a field", ":\n\n:keepalive\ndata: a\n\n", ["=a"] },
        { "Comment inside a pending event", "event: x\n: ping - 18:49:47.73+00:00\ndata: a\n:\ndata: b\n:data: c\n\n", ["x=a\nb"] },
        { "Comments alone", ": ping\n\n:\r\n:x", [] },
        { "Field without a colon, empty value", "data\n\ndata:\n\ndata: \n\n", ["=", "=", "="] },
        { "Event without data is dropped with its name", "event: ping\n\ndata: a\n\n", ["=a"] },
        { "Name is reset after dispatch", "event: x\ndata: a\n\ndata: b\n\n", ["x=a", "=b"] },
        { "The last name counts", "event: x\nevent: y\ndata: a\n\n", ["y=a"] },
        { "A name without a value", "event: x\nevent\ndata: a\n\n", ["=a"] },
        { "Name after the data", "data: a\nevent: x\n\n", ["x=a"] },
        { "id, retry and unknown fields", "id: 7\nretry: 3000\nfoo: bar\ndata: a\nid\n\n", ["=a"] },
        { "Names are exact", "Data: a\n\n data: b\n\ndata : c\n\ndatax: d\n\ndat: e\n\n", [] },
        { "No spaces", "event:delta\ndata:a\n\n", ["delta=a"] },
        { "Several data lines", "data: a\ndata: b\ndata\ndata: d\n\ndata: e\ndata: f\n\n", ["=a\nb\n\nd", "=e\nf"] },
        { "Only empty data lines", "data\ndata\n\n", ["=\n"] },
        { "Colons in the value", "data: {\"a\":1}\n\ndata::\n\n", ["={\"a\":1}", "=:"] },
        { "Other separators end no line", "data: \u2028\u2029\u0085\v\f\0|\n\n", ["=\u2028\u2029\u0085\v\f\0|"] },
        { "Characters of several bytes", "event: é\ndata: 漢👩\n\n", ["é=漢👩"] },
        { "Nothing", "", [] },
        { "A mark alone", "\uFEFF", [] },
    };

    /// <summary>Bodies whose last event lacks its blank line; the second column is what the end delivers.</summary>
    public static TheoryData<string, string> Unterminated => new()
    {
        { "data: a", "=a" },
        { "data: a\n", "=a" },
        { "data: a\r", "=a" },
        { "data: a\r\n", "=a" },
        { "data: a\ndata: b", "=a\nb" },
        { "data: a\ndata", "=a\n" },
        { "event: x\ndata: a\n: ping", "x=a" },
        { "data: a\nevent: x", "x=a" },
        { "data", "=" },
    };

    [Theory]
    [MemberData(nameof(Grammar))]
    public async Task TryRead_AnySplit_GivesTheEvents(string what, string body, string[] events)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);

        foreach (IEnumerator<int> split in FrameSplits.Of(bytes.Length))
        {
            List<SeenFrame> frames = await ReadAsync(bytes, split);

            Assert.True(events.SequenceEqual(frames.Select(Text)), $"{what}: {string.Join(" | ", frames)}");
            Assert.All(frames, frame => Assert.Equal((FrameKind.Data, true), (frame.Kind, frame.IsTerminated)));
        }
    }

    [Theory]
    [MemberData(nameof(Unterminated))]
    public async Task TryRead_EndInsideEvent_DeliversItAsUnterminated(string body, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("data: 1\n\n" + body);

        foreach (IEnumerator<int> split in FrameSplits.Of(bytes.Length))
        {
            List<SeenFrame> frames = await ReadAsync(bytes, split);

            Assert.Equal(["=1", expected], frames.Select(Text));
            Assert.Equal([true, false], frames.Select(frame => frame.IsTerminated));
        }
    }

    [Fact]
    public async Task TryRead_CarriageReturnAtTheEndOfARead_DispatchesBeforeTheNextByte()
    {
        using var body = new SplitStream("data: a\r\r\ndata: b\r\n\r\n"u8.ToArray(), FrameSplits.Sizes(9, 100));
        using var frames = new SseFraming(body);
        await frames.FillAsync(CancellationToken.None);

        Assert.True(frames.TryRead(out Frame first));
        Assert.Equal("a", SeenFrame.Of(in first).Data);
        Assert.False(frames.TryRead(out _));

        await frames.FillAsync(CancellationToken.None);
        Assert.True(frames.TryRead(out Frame second));
        Assert.Equal("b", SeenFrame.Of(in second).Data);
    }

    [Theory]
    [InlineData(new byte[] { 0xEF }, "")]
    [InlineData(new byte[] { 0xEF, 0xBB }, "")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF }, "")]
    [InlineData(new byte[] { 0xEF, 0xBB, (byte)'\n', (byte)'d', (byte)'a', (byte)'t', (byte)'a' }, "|=")]
    public async Task TryRead_BodyBeginsLikeAMark_DropsAWholeMarkAlone(byte[] bytes, string expected)
    {
        foreach (IEnumerator<int> split in FrameSplits.Of(bytes.Length))
        {
            List<SeenFrame> frames = await ReadAsync(bytes, split);

            Assert.Equal(expected, string.Concat(frames.Select(frame => "|" + Text(frame))));
        }
    }

    [Fact]
    public async Task TryRead_ManyEventsOverManyBuffers_GivesEach()
    {
        string[] events = [.. Enumerable.Range(0, 400).Select(i => new string((char)('a' + (i % 26)), i * 7 % 997))];
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(events.Select((data, i) => i % 3 == 0 ? $"event: e{i}\r\ndata: {data}\r\ndata: x\r\n\r\n" : $"data: {data}\n\n")));

        foreach (IEnumerator<int> split in (IEnumerator<int>[])[Splits.Whole(), Splits.EveryByte(), Splits.Random(7), FrameSplits.Sizes(1023)])
        {
            List<SeenFrame> frames = await ReadAsync(bytes, split);

            Assert.Equal(events.Select((data, i) => i % 3 == 0 ? $"e{i}={data}\nx" : "=" + data), frames.Select(Text));
        }
    }

    private static string Text(SeenFrame frame) => $"{frame.EventName}={frame.Data}";

    private static async Task<List<SeenFrame>> ReadAsync(byte[] bytes, IEnumerator<int> split)
    {
        using var body = new SplitStream(bytes, split);
        using var frames = new SseFraming(body);
        return await SeenFrame.AllAsync(frames);
    }
}
