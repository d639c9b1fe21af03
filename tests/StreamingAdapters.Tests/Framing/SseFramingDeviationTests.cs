using System.Text;
using StreamingAdapters.Framing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>What servers send beyond the grammar: lines named <c>error</c>, and JSON without any field.</summary>
public sealed class SseFramingDeviationTests
{
    private const FrameKind Data = FrameKind.Data;
    private const FrameKind ErrorField = FrameKind.ErrorField;
    private const FrameKind Bare = FrameKind.Bare;

    /// <summary>The body, and its frames as kind, event name, data and whether it was terminated.</summary>
    public static TheoryData<string, string[]> Frames => new()
    {
        { "error: {\"code\":500}\n\n", [Frame(ErrorField, "{\"code\":500}")] },
        { "error:{}\r\ndata: [DONE]\r\n\r\n", [Frame(ErrorField, "{}"), Frame(Data, "[DONE]")] },
        { "data: a\nerror: {}\ndata: b\n\n", [Frame(ErrorField, "{}"), Frame(Data, "a\nb")] },
        { "event: x\nerror: {}\ndata: a\n\n", [Frame(ErrorField, "{}"), Frame(Data, "a", "x")] },
        { "error: {\"code\"", [Frame(ErrorField, "{\"code\"", isTerminated: false)] },
        { "error\n\n", [Frame(ErrorField, "")] },
        { "{\"error\":1}", [Frame(Bare, "{\"error\":1}\n", isTerminated: false)] },
        { "{\n  \"error\": {\n    \"code\": 503\n  }\n}\n", [Frame(Bare, "{\n  \"error\": {\n    \"code\": 503\n  }\n}\n", isTerminated: false)] },
        { "\t[{\"error\":1}]\r\n\r\n", [Frame(Bare, "\t[{\"error\":1}]\n", isTerminated: false)] },
        { "data: a\n\n{\"error\":\n\n1}\n\n", [Frame(Data, "a"), Frame(Bare, "{\"error\":\n1}\n", isTerminated: false)] },
        { "{\"a\":\ndata: x\n\n1}", [Frame(Data, "x"), Frame(Bare, "{\"a\":\n1}\n", isTerminated: false)] },
        { "data: a\n{\"error\":1}", [Frame(Data, "a", isTerminated: false), Frame(Bare, "{\"error\":1}\n", isTerminated: false)] },
        { "Internal Server Error\n\nfoo: {\n", [] },
        { "id: {\nretry: [\n   \n\t\n", [] },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task TryRead_BeyondTheGrammar_GivesMarkedFrames(string text, string[] expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        foreach (IEnumerator<int> split in FrameSplits.Of(bytes.Length))
        {
            using var body = new SplitStream(bytes, split);
            using var reader = new SseFraming(body);
            List<SeenFrame> frames = await SeenFrame.AllAsync(reader);

            Assert.Equal(expected, frames.Select(frame => Frame(frame.Kind, frame.Data, frame.EventName, frame.IsTerminated)));
        }
    }

    [Fact]
    public async Task TryRead_AfterTheEnd_GivesNothingMore()
    {
        using var body = new SplitStream("data: a\n{}"u8.ToArray(), Splits.Whole());
        using var reader = new SseFraming(body);
        await SeenFrame.AllAsync(reader);

        Assert.False(await reader.FillAsync(CancellationToken.None));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.HasReceived);
    }

    private static string Frame(FrameKind kind, string data, string name = "", bool isTerminated = true) => $"{kind} '{name}' '{data}' {isTerminated}";
}
