using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Each oddity of a stream that still ends in order, as it is seen on the wire beside the same answer without it.</summary>
public sealed class StreamFaultTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    public static TheoryData<string> Servers => [Ollama, OpenAI];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task MalformedFrame_InsertedAndTheRestFollows(string server)
    {
        (string[] normal, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.MalformedFrame(2), 2);

        string[] frames = FaultRun.Frames(server, run.Text);
        Assert.Equal(normal.Length + 1, frames.Length);
        Assert.Equal(before, frames[..before.Length]);
        Assert.ThrowsAny<JsonException>(() => ServerClient.Parse(Payload(frames[before.Length])));
        Assert.Equal(normal[before.Length..], frames[(before.Length + 1)..]);
    }

    [Theory]
    [InlineData(Ollama, "{\"model\"")]
    [InlineData(OpenAI, "data: {\"id\"")]
    public async Task SplicedFrame_TwoStartsInOneLine(string server, string start)
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.SplicedFrame(1), 1);

        string spliced = FaultRun.Frames(server, run.Text)[before.Length];
        Assert.Equal(2, Regex.Count(spliced, Regex.Escape(start), RegexOptions.None, TestTimeout.Safety));
        Assert.ThrowsAny<JsonException>(() => ServerClient.Parse(Payload(spliced)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task BlankLines_BetweenAllFrames(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.BlankLines());

        Assert.Equal(string.Concat(normal.Select(frame => "\n\n" + frame)), run.Text);
    }

    [Fact]
    public async Task Comments_BeforeEveryFrame()
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(OpenAI, ServerFault.Comments());

        Assert.Equal(string.Concat(normal.Select(frame => ": keep-alive\n\n:\n: ping: 1\n" + frame)), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task CarriageReturns_AtEveryLineEnd(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.CarriageReturns());

        Assert.Equal(string.Concat(normal).Replace("\n", "\r\n"), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ByteOrderMark_InFront(string server)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.ByteOrderMark());

        Assert.Equal([0xEF, 0xBB, 0xBF, .. normal.Bytes], run.Bytes);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task OneByteWritesAndSplitCharacters_SameBytes(string server)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun single = await FaultRun.RunAsync(server, ServerFault.OneByteWrites());
        FaultRun split = await FaultRun.RunAsync(server, ServerFault.SplitCharacters());

        Assert.Equal(normal.Bytes, single.Bytes);
        Assert.Equal(normal.Bytes, split.Bytes);
    }

    [Fact]
    public void OneByteWrites_EveryByteIsAPieceAndTheLastCounts()
    {
        WirePiece[] pieces = [.. WireShapes.EveryByteAlone([new WirePiece("é!"u8.ToArray(), IsChunk: true)])];

        Assert.Equal([1, 1, 1], pieces.Select(p => p.Bytes.Length));
        Assert.Equal([false, false, true], pieces.Select(p => p.IsChunk));
    }

    [Fact]
    public void SplitCharacters_CutsOnlyBehindTheFirstByteOfLongCharacters()
    {
        WirePiece[] pieces = [.. WireShapes.InsideCharacters([new WirePiece("aé漢b"u8.ToArray(), IsChunk: true)])];

        Assert.Equal([2, 2, 3], pieces.Select(p => p.Bytes.Length));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task OversizeFrame_HasTheGivenSize(string server)
    {
        (string[] normal, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.OversizeFrame(50_000), 1);

        string[] frames = FaultRun.Frames(server, run.Text);
        Assert.Equal(normal.Length + 1, frames.Length);
        Assert.Equal(50_000, Encoding.UTF8.GetByteCount(frames[before.Length]));
        Assert.Matches("x{1000}", Content(server, frames[before.Length]));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task UnknownFields_InEveryFrameAndTheSameContent(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.UnknownFields());

        string[] frames = [.. FaultRun.Frames(server, run.Text).Where(frame => !frame.Contains("[DONE]"))];
        Assert.All(frames, frame => Assert.True(ServerClient.Parse(Payload(frame)).TryGetProperty("x_unknown", out _)));
        Assert.Equal(normal.Count(frame => frame.Contains("\"content\":")), frames.Count(frame => frame.Contains("\"x_inner\":[{}],\"content\":")));
        Assert.Equal(normal.Where(frame => !frame.Contains("[DONE]")).Select(frame => Content(server, frame)), frames.Select(frame => Content(server, frame)));
    }

    [Fact]
    public async Task UnknownEvents_BeforeEveryFrame()
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(OpenAI, ServerFault.UnknownEvents());

        Assert.Equal(string.Concat(normal.Select(frame => "event: weather\ndata: {\"type\":\"weather\",\"temperature\":21}\n\n" + frame)), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task UnknownRole_EveryRole(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.UnknownRole());

        Assert.Equal(string.Concat(normal).Replace("\"role\":\"assistant\"", "\"role\":\"narrator\""), run.Text);
        Assert.Contains("narrator", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Ollama, "done_reason")]
    [InlineData(OpenAI, "finish_reason")]
    public async Task UnknownFinishReason_InTheFinish(string server, string member)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.UnknownFinishReason());

        Assert.Equal(string.Concat(normal).Replace($"\"{member}\":\"stop\"", $"\"{member}\":\"ran_out_of_luck\""), run.Text);
        Assert.Contains("ran_out_of_luck", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task InvalidUtf8_TheseBytesAfterTheFirstChunk(string server)
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.InvalidUtf8(), 1);

        int start = Encoding.UTF8.GetByteCount(string.Concat(before));
        int at = run.Bytes.AsSpan(start).IndexOf((byte[])[(byte)'"', (byte)'a', 0xFF, 0xC3, (byte)'(', (byte)'b', (byte)'"']);
        Assert.InRange(at, 1, 400);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task LoneAndSplitSurrogates_EscapesInTheirOwnFrames(string server)
    {
        (_, FaultRun lone, string[] before) = await FaultRun.BesideAsync(server, ServerFault.LoneSurrogate(), 1);
        FaultRun split = await FaultRun.RunAsync(server, ServerFault.SplitSurrogates());

        Assert.Contains(@""":""a\ud83db""", FaultRun.Frames(server, lone.Text)[before.Length], StringComparison.Ordinal);
        Assert.Contains(@""":""\ud83d""", FaultRun.Frames(server, split.Text)[before.Length], StringComparison.Ordinal);
        Assert.Contains(@""":""\ude00""", FaultRun.Frames(server, split.Text)[before.Length + 1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsageOnEveryChunk_CumulativeCounts()
    {
        FaultRun run = await FaultRun.RunAsync(OpenAI, ServerFault.UsageOnEveryChunk());

        int[] counts = [.. FaultRun.Frames(OpenAI, run.Text).SkipLast(1).Select(f => ServerClient.Parse(Payload(f)).GetProperty("usage").GetProperty("completion_tokens").GetInt32())];
        Assert.Equal([0, 1, 2, 3, 4, 4], counts);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task And_BothFaultsInOneAnswer(string server)
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.OneByteWrites().And(ServerFault.CarriageReturns()).And(ServerFault.Cut(2)), 2);

        Assert.Equal(string.Concat(before).Replace("\n", "\r\n"), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task StreamFaults_RequestWithoutStream_AnsweredAsUsual(string server)
    {
        FaultRun normal = await FaultRun.RunAsync(server, stream: false);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.Cut(1), stream: false);

        Assert.Equal(normal.Text, run.Text);
    }

    private static string Payload(string frame) => frame.Replace("data: ", "").Trim();

    private static string? Content(string server, string frame)
    {
        JsonElement root = ServerClient.Parse(Payload(frame));
        JsonElement holder = server == Ollama ? root.GetProperty("message") : root.GetProperty("choices")[0].GetProperty("delta");
        return holder.TryGetProperty("content", out JsonElement content) ? content.GetString() : null;
    }
}
