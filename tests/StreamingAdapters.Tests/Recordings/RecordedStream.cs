using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>A real stream, or a byte-exact edge case, with the result that an independent decoder expects of it.</summary>
internal sealed record RecordedStream(string Name, string Decoder, byte[] Bytes, JsonElement Expected)
{
    private static readonly Lazy<IReadOnlyDictionary<string, RecordedStream>> Everything = new(Load);

    public static IReadOnlyDictionary<string, RecordedStream> All => Everything.Value;

    /// <summary>The names for a theory; one row that skips aloud when the folder is absent.</summary>
    public static IEnumerable<ITheoryDataRow> Names(Func<RecordedStream, bool> filter) =>
        FixtureFolder.Rows(() => All.Values.Where(filter).Select(recording => new TheoryDataRow<string>(recording.Name)));

    private static Dictionary<string, RecordedStream> Load()
    {
        var all = new Dictionary<string, RecordedStream>(StringComparer.Ordinal);
        foreach (JsonElement fixture in Read("INDEX.json").GetProperty("fixtures").EnumerateArray())
        {
            string decoder = fixture.GetProperty("decoder").GetString()!;
            string file = fixture.GetProperty("file").GetString()!;
            if (WireProtocol.Decoders.Contains(decoder))
            {
                all[file] = new RecordedStream(file, decoder, File.ReadAllBytes(Path.Combine(Fixtures.Root, file)), Read(fixture.GetProperty("expected").GetString()!));
            }
        }

        foreach (JsonElement edgeCase in Read("edge-cases.json").EnumerateArray())
        {
            string protocol = edgeCase.GetProperty("protocol").GetString()!;
            string id = edgeCase.GetProperty("id").GetString()!;
            if (WireProtocol.Decoders.Contains(protocol) || protocol == "sse")
            {
                all[id] = new RecordedStream(id, protocol, edgeCase.GetProperty("wire_b64").GetBytesFromBase64(), edgeCase.GetProperty("expected"));
            }
        }

        return all;
    }

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Fixtures.Root, file))).RootElement;
}
