using System.Text;
using System.Text.Json;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>The byte-exact cases of the event stream's grammar.</summary>
public sealed class SseRecordingTests
{
    public static IEnumerable<ITheoryDataRow> Cases => RecordedStream.Names(recording => recording.Decoder == "sse");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Read_AnySplit_GivesExpectedEvents(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        (string, string)[] expected = [.. recording.Expected.GetProperty("events").EnumerateArray().Select(e => (NameOf(e[0]), e[1].GetString()!))];

        foreach (IEnumerator<int> split in (IEnumerator<int>[])[Splits.Whole(), Splits.EveryByte(), Splits.Random(1), Splits.Random(2)])
        {
            Assert.Equal(expected, await ReadAsync(recording.Bytes, split));
        }
    }

    private static string NameOf(JsonElement name) => name.GetString() is { } text && text != "message" ? text : "";

    private static async Task<List<(string Name, string Data)>> ReadAsync(byte[] bytes, IEnumerator<int> split)
    {
        using var body = new SplitStream(bytes, split);
        using var frames = new SseFraming(body);
        List<(string, string)> events = [];
        bool more = true;
        while (more)
        {
            while (frames.TryRead(out Frame frame))
            {
                events.Add((Encoding.UTF8.GetString(frame.EventName.Span), Encoding.UTF8.GetString(frame.Data.Span)));
            }

            more = await frames.FillAsync(CancellationToken.None);
        }

        while (frames.TryRead(out Frame frame))
        {
            events.Add((Encoding.UTF8.GetString(frame.EventName.Span), Encoding.UTF8.GetString(frame.Data.Span)));
        }

        return events;
    }
}
