using System.Text;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>The bound on one frame: what it counts is the data, however the bytes arrive.</summary>
public sealed class FrameLimitTests
{
    private const int Limit = 40_000;

    /// <summary>A protocol, a frame's bytes before and after its data, and how much of the data stands before already.</summary>
    public static TheoryData<string, string, string, int> Frames => new()
    {
        { "sse", "data: ", "\n\n", 0 },
        { "sse", "event: a-name\n: a comment\ndata: ", "\r\n\r\n", 0 },
        { "sse", "data: ", "", 0 },
        { "sse", "data: joined\ndata: ", "\n\n", 7 },
        { "sse", "error: ", "\n\n", 0 },
        { "ndjson", "", "\n", 0 },
        { "ndjson", "  ", " \t\r\n", 0 },
        { "ndjson", "", "", 0 },
    };

    private static IEnumerable<Func<IEnumerator<int>>> Reads => [Splits.Whole, () => FrameSplits.Sizes(1000), () => FrameSplits.Sizes(Limit + 7), () => Splits.Random(11)];

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Read_DataOfExactlyTheLimit_Passes(string protocol, string before, string after, int dataBefore)
    {
        byte[] body = Body(protocol, before, new string('x', Limit - dataBefore), after);

        foreach (Func<IEnumerator<int>> split in Reads)
        {
            List<SeenFrame> frames = await ReadAsync(protocol, body, split());

            Assert.Equal([1, Limit], frames.Select(frame => frame.Data.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Read_DataOverTheLimit_FailsWithTheLimitInWords(string protocol, string before, string after, int dataBefore)
    {
        byte[] body = Body(protocol, before, new string('x', Limit + 1 - dataBefore), after);

        foreach (Func<IEnumerator<int>> split in Reads)
        {
            var error = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(protocol, body, split()));

            Assert.Equal(ChatErrorKind.BufferLimitExceeded, error.Kind);
            Assert.False(error.IsTransient);
            Assert.Contains("40000 bytes; raise MaxFrameBytes", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sse", "data: ", "x")]
    [InlineData("sse", "x", "x")]
    [InlineData("sse", ":", " ping")]
    [InlineData("sse", "data: a\n", ": ping\n")]
    [InlineData("sse", "data: a\n", "data: b\n")]
    [InlineData("sse", "data: ", "\0")]
    [InlineData("sse", "{\n", "\"a\": 1,\n")]
    [InlineData("ndjson", "{\"a\":\"", "x")]
    [InlineData("ndjson", " ", " ")]
    public async Task Read_FrameThatNeverEnds_FailsNearTheLimit(string protocol, string start, string rest)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(rest, 10 * Limit / rest.Length)));
        using var body = new ReadLogStream(bytes);
        using FrameReader reader = Reader(protocol, body);

        var error = await Assert.ThrowsAsync<ChatStreamException>(() => SeenFrame.AllAsync(reader));

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, error.Kind);

        // What is counted is data: eight bytes on the wire make two of it.
        Assert.InRange(body.BytesRead, Limit / 2, rest == "data: b\n" ? 5 * Limit : 3 * Limit);
    }

    [Theory]
    [InlineData("sse", ": ping\n\n")]
    [InlineData("sse", "foo: bar\n")]
    [InlineData("sse", "data: a\n\n")]
    [InlineData("ndjson", "\r\n")]
    [InlineData("ndjson", "{}\n")]
    public async Task Read_ManySmallFrames_NeverFails(string protocol, string frame)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(frame, 2 * Limit / frame.Length)));

        foreach (Func<IEnumerator<int>> split in Reads)
        {
            await ReadAsync(protocol, bytes, split());
        }
    }

    private static byte[] Body(string protocol, string before, string data, string after) =>
        Encoding.UTF8.GetBytes((protocol == "ndjson" ? "1\n" : "data: 1\n\n") + before + data + after);

    private static FrameReader Reader(string protocol, Stream body) => protocol == "ndjson" ? new NdjsonFraming(body, Limit) : new SseFraming(body, Limit);

    private static async Task<List<SeenFrame>> ReadAsync(string protocol, byte[] bytes, IEnumerator<int> split)
    {
        using var body = new SplitStream(bytes, split);
        using FrameReader reader = Reader(protocol, body);
        return await SeenFrame.AllAsync(reader);
    }
}
