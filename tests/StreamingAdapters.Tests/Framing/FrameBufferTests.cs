using System.Buffers;
using System.Runtime.InteropServices;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Tests.Framing;

/// <summary>No buffer is held while an idle server is waited for, and none is lost.</summary>
public sealed class FrameBufferTests
{
    private const int Wait = ReadLogStream.Waiting;

    public static TheoryData<string, string[], int[]> Bodies => new()
    {
        { "sse", ["data: a\n\n", "data: b\n\n"], [Wait, 9, Wait, 9, Wait, 0] },
        { "sse", ["data: a\n", "\n", ": ping\n\n"], [Wait, 8, 1, Wait, 8, Wait, 0] },
        { "sse", ["event: x\n", "data: a\r\n\r", "\n"], [Wait, 9, 10, Wait, 1, Wait, 0] },
        { "sse", ["data: a\n\nda", "ta: b\n\n"], [Wait, 11, 7, Wait, 0] },
        { "sse", ["id: 1\n", "foo: bar\n", "{\n", "}\n"], [Wait, 6, Wait, 9, Wait, 2, Wait, 2, Wait, 0] },
        { "sse", ["data: a"], [Wait, 7, 0] },
        { "ndjson", ["{}\n", "\r\n", "{", "}\n"], [Wait, 3, Wait, 2, Wait, 1, 2, Wait, 0] },
        { "ndjson", ["\uFEFF", "{}\n"], [Wait, 3, Wait, 3, Wait, 0] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Fill_NothingBuffered_WaitsWithoutABuffer(string protocol, string[] pieces, int[] reads)
    {
        using var body = new ReadLogStream([.. pieces.Select(System.Text.Encoding.UTF8.GetBytes)]);
        using FrameReader reader = Reader(protocol, body);

        await SeenFrame.AllAsync(reader);

        Assert.Equal(reads, body.Reads);
    }

    // The pool hands a thread the array of that size that it returned last.
    [Theory]
    [InlineData("sse", "data: a\n\n")]
    [InlineData("ndjson", "{}\n")]
    public async Task Fill_WhileWaiting_HasReturnedTheBuffer(string protocol, string frame)
    {
        byte[]? used = null;
        byte[]? pooled = null;
        using var body = new ReadLogStream(System.Text.Encoding.UTF8.GetBytes(frame))
        {
            OnWaiting = () =>
            {
                if (used is not null)
                {
                    pooled = ArrayPool<byte>.Shared.Rent(used.Length);
                    ArrayPool<byte>.Shared.Return(pooled);
                }
            },
        };
        using FrameReader reader = Reader(protocol, body);
        await reader.FillAsync(CancellationToken.None);
        Assert.True(reader.TryRead(out Frame read));
        used = ArrayOf(read);
        Assert.False(reader.TryRead(out _));

        await reader.FillAsync(CancellationToken.None);

        Assert.NotNull(pooled);
        Assert.Same(used, pooled);
    }

    [Theory]
    [InlineData("sse", "data: a\n\ndata: b")]
    [InlineData("ndjson", "{}\n{")]
    public async Task Dispose_InsideAFrame_ReturnsTheBufferOnce(string protocol, string bytes)
    {
        using var body = new ReadLogStream(System.Text.Encoding.UTF8.GetBytes(bytes));
        FrameReader reader = Reader(protocol, body);
        await reader.FillAsync(CancellationToken.None);
        Assert.True(reader.TryRead(out Frame read));
        byte[] used = ArrayOf(read);

        reader.Dispose();
        reader.Dispose();

        byte[] first = ArrayPool<byte>.Shared.Rent(used.Length);
        byte[] second = ArrayPool<byte>.Shared.Rent(used.Length);
        Assert.Same(used, first);
        Assert.NotSame(used, second);
        ArrayPool<byte>.Shared.Return(first);
        ArrayPool<byte>.Shared.Return(second);
    }

    [Fact]
    public async Task Fill_CancelledToken_PassesTheCancellationOn()
    {
        using var body = new ReadLogStream("data: a\n\n"u8.ToArray());
        using var reader = new SseFraming(body);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.FillAsync(cancelled));

        Assert.True(await reader.FillAsync(CancellationToken.None));
        Assert.True(reader.TryRead(out _));
    }

    private static FrameReader Reader(string protocol, Stream body) => protocol == "ndjson" ? new NdjsonFraming(body) : new SseFraming(body);

    private static byte[] ArrayOf(Frame frame) => MemoryMarshal.TryGetArray(frame.Data, out ArraySegment<byte> segment) ? segment.Array! : throw new InvalidOperationException("The frame is no slice of an array.");
}
