using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Each fault of the stream, as it is seen on the wire beside the same answer without it.</summary>
public sealed class StreamFaultTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    public static TheoryData<string> Servers => [Ollama, OpenAI];

    [Theory]
    [InlineData(Ollama, "{\"error\":\"boom\"}\n")]
    [InlineData(OpenAI, "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"param\":null,\"code\":\"x\"}}\n\n")]
    public async Task StreamError_LastFrame(string server, string error)
    {
        (_, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.StreamError(2, "boom", "x"), 2);

        Assert.Equal(string.Concat(before) + error, run.Text);
        Assert.Null(run.Error);
        Assert.Equal(200, run.Status);
    }

    [Fact]
    public async Task ErrorsOfTheOpenAIProtocol_ExactBytes()
    {
        (_, FaultRun byEvent, string[] before) = await BesideAsync(OpenAI, ServerFault.EventError(1), 1);
        FaultRun byField = await FaultRun.RunAsync(OpenAI, ServerFault.ErrorField(1));
        FaultRun byObject = await FaultRun.RunAsync(OpenAI, ServerFault.ErrorObject(1));

        string start = string.Concat(before);
        Assert.StartsWith(start + "event: error\ndata: {\"error\":{\"message\":", byEvent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", byEvent.Text, StringComparison.Ordinal);
        Assert.Equal(start + "error: {\"code\":500,\"message\":\"failed to decode\",\"type\":\"server_error\"}\n\ndata: [DONE]\n\n", byField.Text);
        Assert.Equal(start + "data: {\"object\":\"error\",\"message\":\"The prompt is too long.\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}\n\ndata: [DONE]\n\n", byObject.Text);
    }

    [Theory]
    [InlineData(Ollama, ConnectionCut.EndOfBody)]
    [InlineData(Ollama, ConnectionCut.Close)]
    [InlineData(Ollama, ConnectionCut.Reset)]
    [InlineData(OpenAI, ConnectionCut.EndOfBody)]
    [InlineData(OpenAI, ConnectionCut.Close)]
    [InlineData(OpenAI, ConnectionCut.Reset)]
    public async Task Cut_AfterChunks_AllBeforeArrivesThenTheEndAsChosen(string server, ConnectionCut cut)
    {
        (_, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.Cut(3, cut), 3);

        Assert.Equal(string.Concat(before), run.Text);
        AssertEnd(cut, run.Error);
    }

    [Theory]
    [InlineData(Ollama, 0)]
    [InlineData(OpenAI, 1)]
    public async Task Cut_AfterZeroChunks_OnlyThePreamble(string server, int frames)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.Cut(0));

        Assert.Equal(frames, FaultRun.Frames(server, run.Text).Length);
    }

    [Theory]
    [InlineData(Ollama, ConnectionCut.EndOfBody)]
    [InlineData(OpenAI, ConnectionCut.Close)]
    [InlineData(OpenAI, ConnectionCut.Reset)]
    public async Task CutAfterBytes_ExactlySoMany(string server, ConnectionCut cut)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.CutAfterBytes(333, cut));

        Assert.Equal(normal.Bytes[..333], run.Bytes);
        AssertEnd(cut, run.Error);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task NoTerminator_AllButTheLastFrame(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.NoTerminator());

        Assert.Equal(string.Concat(normal[..^1]), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task FinishesTwice_FinishFrameRepeated(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.FinishesTwice());

        int finish = server == Ollama ? normal.Length - 1 : normal.Length - 2;
        Assert.Equal(string.Concat([.. normal[..(finish + 1)], .. normal[finish..]]), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task MalformedFrame_InsertedAndTheRestFollows(string server)
    {
        (string[] normal, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.MalformedFrame(2), 2);

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
        (_, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.SplicedFrame(1), 1);

        string spliced = FaultRun.Frames(server, run.Text)[before.Length];
        Assert.Equal(2, Regex.Count(spliced, Regex.Escape(start), RegexOptions.None, TestTimeout.Safety));
        Assert.ThrowsAny<JsonException>(() => ServerClient.Parse(Payload(spliced)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task BlankLines_BetweenAllFrames(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.BlankLines());

        Assert.Equal(string.Concat(normal.Select(frame => "\n\n" + frame)), run.Text);
    }

    [Fact]
    public async Task Comments_BeforeEveryFrame()
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(OpenAI, ServerFault.Comments());

        Assert.Equal(string.Concat(normal.Select(frame => ": keep-alive\n\n:\n: ping: 1\n" + frame)), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task CarriageReturns_AtEveryLineEnd(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.CarriageReturns());

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
        (string[] normal, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.OversizeFrame(50_000), 1);

        string[] frames = FaultRun.Frames(server, run.Text);
        Assert.Equal(normal.Length + 1, frames.Length);
        Assert.Equal(50_000, Encoding.UTF8.GetByteCount(frames[before.Length]));
        Assert.Matches("x{1000}", Content(server, frames[before.Length]));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task UnknownFields_InEveryFrameAndTheSameContent(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.UnknownFields());

        string[] frames = [.. FaultRun.Frames(server, run.Text).Where(frame => !frame.Contains("[DONE]"))];
        Assert.All(frames, frame => Assert.True(ServerClient.Parse(Payload(frame)).TryGetProperty("x_unknown", out _)));
        Assert.Equal(normal.Count(frame => frame.Contains("\"content\":")), frames.Count(frame => frame.Contains("\"x_inner\":[{}],\"content\":")));
        Assert.Equal(normal.Where(frame => !frame.Contains("[DONE]")).Select(frame => Content(server, frame)), frames.Select(frame => Content(server, frame)));
    }

    [Fact]
    public async Task UnknownEvents_BeforeEveryFrame()
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(OpenAI, ServerFault.UnknownEvents());

        Assert.Equal(string.Concat(normal.Select(frame => "event: weather\ndata: {\"type\":\"weather\",\"temperature\":21}\n\n" + frame)), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task UnknownRole_EveryRole(string server)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.UnknownRole());

        Assert.Equal(string.Concat(normal).Replace("\"role\":\"assistant\"", "\"role\":\"narrator\""), run.Text);
        Assert.Contains("narrator", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Ollama, "done_reason")]
    [InlineData(OpenAI, "finish_reason")]
    public async Task UnknownFinishReason_InTheFinish(string server, string member)
    {
        (string[] normal, FaultRun run, _) = await BesideAsync(server, ServerFault.UnknownFinishReason());

        Assert.Equal(string.Concat(normal).Replace($"\"{member}\":\"stop\"", $"\"{member}\":\"ran_out_of_luck\""), run.Text);
        Assert.Contains("ran_out_of_luck", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task InvalidUtf8_TheseBytesAfterTheFirstChunk(string server)
    {
        (_, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.InvalidUtf8(), 1);

        int start = Encoding.UTF8.GetByteCount(string.Concat(before));
        int at = run.Bytes.AsSpan(start).IndexOf((byte[])[(byte)'"', (byte)'a', 0xFF, 0xC3, (byte)'(', (byte)'b', (byte)'"']);
        Assert.InRange(at, 1, 400);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task LoneAndSplitSurrogates_EscapesInTheirOwnFrames(string server)
    {
        (_, FaultRun lone, string[] before) = await BesideAsync(server, ServerFault.LoneSurrogate(), 1);
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
        (_, FaultRun run, string[] before) = await BesideAsync(server, ServerFault.OneByteWrites().And(ServerFault.CarriageReturns()).And(ServerFault.Cut(2)), 2);

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

    private static async Task<(string[] Normal, FaultRun Run, string[] Before)> BesideAsync(string server, ServerFault fault, int chunks = 0)
    {
        string[] normal = FaultRun.Frames(server, (await FaultRun.RunAsync(server)).Text);
        FaultRun run = await FaultRun.RunAsync(server, fault);
        return (normal, run, normal[..(chunks + (server == Ollama ? 0 : 1))]);
    }

    private static void AssertEnd(ConnectionCut cut, Exception? error)
    {
        switch (cut)
        {
            case ConnectionCut.EndOfBody:
                Assert.Null(error);
                break;
            case ConnectionCut.Close:
                Assert.Equal(HttpRequestError.ResponseEnded, Innermost<HttpIOException>(error).HttpRequestError);
                break;
            default:
                Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, Innermost<System.Net.Sockets.SocketException>(error).SocketErrorCode);
                break;
        }
    }

    private static T Innermost<T>(Exception? error)
        where T : Exception
    {
        while (error is not null and not T)
        {
            error = error.InnerException;
        }

        return Assert.IsType<T>(error);
    }

    private static string Payload(string frame) => frame.Replace("data: ", "").Trim();

    private static string? Content(string server, string frame)
    {
        JsonElement root = ServerClient.Parse(Payload(frame));
        JsonElement holder = server == Ollama ? root.GetProperty("message") : root.GetProperty("choices")[0].GetProperty("delta");
        return holder.TryGetProperty("content", out JsonElement content) ? content.GetString() : null;
    }
}
