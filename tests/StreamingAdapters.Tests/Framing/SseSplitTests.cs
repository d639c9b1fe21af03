using System.Text;
using StreamingAdapters.Framing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>An event that is whole in the buffer is read in one search, one that comes in pieces line by line: both must see the same.</summary>
public sealed class SseSplitTests
{
    private static readonly string[] Pieces =
    [
        "data: ", "data:", "data: {\"a\":1}\n\n", "data: x\n\n", "data:x\n\n", "data: x\r\n\r\n", "data: x\r\r", "data\n", "\n", "\n\n", "\r", "\r\n", " ", ":", ": ping\n",
        "event: a\n", "event: error\n", "id: 1\n", "error: {}", "{\"b\":2}", "dat", "\uFEFF",
    ];

    [Fact]
    public async Task Read_RandomGrammar_GivesTheSameFramesWholeAndByteByByte()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            byte[] body = Create(new Random(seed));

            List<string> whole = await ReadAsync(body, Splits.Whole());

            Assert.Equal(await ReadAsync(body, Splits.EveryByte()), whole);
            Assert.Equal(await ReadAsync(body, Splits.Random(seed)), whole);
        }
    }

    private static byte[] Create(Random random) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Pieces[random.Next(Pieces.Length)])));

    private static async Task<List<string>> ReadAsync(byte[] bytes, IEnumerator<int> split)
    {
        using var body = new SplitStream(bytes, split);
        using var frames = new SseFraming(body);
        List<string> found = [];
        bool more = true;
        while (more)
        {
            Take();
            more = await frames.FillAsync(CancellationToken.None);
        }

        Take();
        return found;

        void Take()
        {
            while (frames.TryRead(out Frame frame))
            {
                found.Add($"{frame.Kind} {frame.IsTerminated} '{Encoding.UTF8.GetString(frame.EventName.Span)}' '{Encoding.UTF8.GetString(frame.Data.Span)}'");
            }
        }
    }
}
