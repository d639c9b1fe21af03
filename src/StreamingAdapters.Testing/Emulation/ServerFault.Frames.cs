using System.Text;
using System.Text.RegularExpressions;

namespace StreamingAdapters.Testing;

/// <content>Streams that end in order but are odd on the way: some must be tolerated, some must fail loudly.</content>
public sealed partial class ServerFault
{
    /// <summary>A complete frame whose JSON is broken, with the rest of the answer behind it.</summary>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault MalformedFrame(int afterChunks) => OfStream(
        $"malformed frame after {afterChunks} chunks",
        (plan, renderer) => plan.Frames = plan.Frames.InsertAfterChunks(afterChunks, new Frame(FrameKind.Noise, Half(renderer.TextPayload("lost")))));

    /// <summary>A frame cut in the middle with the next frame in the same line, as seen from LM Studio.</summary>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault SplicedFrame(int afterChunks) => OfStream($"spliced frame after {afterChunks} chunks", (plan, renderer) =>
    {
        string prefix = plan.Protocol.IsSse ? "data: " : "";
        var spliced = new Frame(FrameKind.Noise, $"{Half(renderer.TextPayload("lost"))}{prefix}{renderer.TextPayload("spliced")}");
        plan.Frames = plan.Frames.InsertAfterChunks(afterChunks, spliced);
    });

    /// <summary>More blank lines between the frames than the protocol has.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault BlankLines() => OfStream("blank lines", static (plan, _) => plan.Frames = plan.Frames.Interleave(Frame.Raw("\n\n")));

    /// <summary>A comment before every frame: a keep-alive, an empty one, and one with a colon.</summary>
    /// <remarks>Of protocols of server-sent events only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault Comments() => OfStream(
        "comments", static (plan, _) => plan.Frames = plan.Frames.Interleave(Frame.Raw(": keep-alive\n\n:\n: ping: 1\n")), needsEvents: true);

    /// <summary>CRLF at the end of every line.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault CarriageReturns() => OfStream("CRLF", static (plan, _) => plan.Shape(WireShapes.WithCarriageReturns));

    /// <summary>A byte order mark in front of the body.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault ByteOrderMark() => new("byte order mark", static plan => plan.Shape(static pieces => pieces.Prepend(new WirePiece([0xEF, 0xBB, 0xBF], IsChunk: false))));

    /// <summary>Every byte is written and flushed alone.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault OneByteWrites() => new("one-byte writes", static plan => plan.Shape(WireShapes.EveryByteAlone));

    /// <summary>Every UTF-8 character of several bytes is cut behind its first byte.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault SplitCharacters() => new("split characters", static plan => plan.Shape(WireShapes.InsideCharacters));

    /// <summary>After the first chunk comes a text frame of the given size.</summary>
    /// <param name="bytes">The size of the whole frame on the wire, its framing included; at least 1,024.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is too small for a frame.</exception>
    public static ServerFault OversizeFrame(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1024);

        return OfStream($"frame of {bytes} bytes", (plan, renderer) =>
        {
            int rest = bytes - plan.Protocol.Wrap(renderer.TextPayload([])).Length;
            plan.Frames = plan.Frames.InsertAfterChunks(1, new Frame(FrameKind.Text, renderer.TextPayload(new string('x', rest))));
        });
    }

    /// <summary>Members that no client knows, in every frame, at the top and beside the content.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault UnknownFields() => Rewrites("unknown fields", static json => ContentMember().Replace(
        string.Concat("{\"x_unknown\":{\"nested\":[1,null,\"}\"]},", json.AsSpan(1)), "\"x_inner\":[{}],$0", 1));

    /// <summary>Events of an unknown name and shape between the others.</summary>
    /// <remarks>Of protocols of server-sent events only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault UnknownEvents() => OfStream(
        "unknown events",
        static (plan, _) => plan.Frames = plan.Frames.Interleave(Frame.Raw("event: weather\ndata: {\"type\":\"weather\",\"temperature\":21}\n\n")),
        needsEvents: true);

    /// <summary>A role that no client knows, wherever the role is sent.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault UnknownRole() => Rewrites("unknown role", static json => Role().Replace(json, "\"role\":\"narrator\""));

    /// <summary>The finish reason <c>ran_out_of_luck</c>.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault UnknownFinishReason() => Rewrites("unknown finish reason", static json =>
        FinishReason().Replace(json, "${name}\"ran_out_of_luck\"").Replace("\"incomplete_details\":null", "\"incomplete_details\":{\"reason\":\"ran_out_of_luck\"}", StringComparison.Ordinal));

    /// <summary>After the first chunk comes a text frame whose bytes are no UTF-8: <c>a FF C3 ( b</c>.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault InvalidUtf8() => OfStream("invalid UTF-8", static (plan, renderer) =>
        plan.Frames = plan.Frames.InsertAfterChunks(1, new Frame(FrameKind.Text, renderer.TextPayload([(byte)'a', 0xFF, 0xC3, (byte)'(', (byte)'b']))));

    /// <summary>After the first chunk comes a text frame with half of a surrogate pair as escape: <c>a\ud83db</c>.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault LoneSurrogate() => InsertsText("lone surrogate", @"a\ud83db");

    /// <summary>After the first chunk come two text frames with one half of 😀 each.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault SplitSurrogates() => InsertsText("split surrogates", @"\ud83d", @"\ude00");

    /// <summary>Usage so far on every chunk, as Perplexity and Databricks send it.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault UsageOnEveryChunk() => OfStream("usage on every chunk", static (plan, _) => plan.Frames = WithUsage(plan.Frames), needsChat: true);

    private static ServerFault Rewrites(string name, Func<string, string> rewrite) => OfStream(name, (plan, _) => plan.Frames = plan.Frames.Rewrite(
        json => json.StartsWith('{') ? rewrite(json) : json));

    private static ServerFault InsertsText(string name, params string[] escapedTexts) => OfStream(name, (plan, renderer) =>
        plan.Frames = plan.Frames.InsertAfterChunks(1, [.. escapedTexts.Select(text => new Frame(FrameKind.Text, renderer.TextPayload(text)))]));

    private static IEnumerable<Frame> WithUsage(IEnumerable<Frame> frames)
    {
        int tokens = 0;
        foreach (Frame frame in frames)
        {
            tokens += frame.IsChunk ? 1 : 0;
            string json = Encoding.UTF8.GetString(frame.Payload);
            yield return frame.Kind is FrameKind.Usage or FrameKind.Terminator || frame.IsRaw
                ? frame
                : new Frame(frame.Kind, $"{json.Replace(",\"usage\":null", "", StringComparison.Ordinal)[..^1]},\"usage\":{{\"prompt_tokens\":5,\"completion_tokens\":{tokens},\"total_tokens\":{5 + tokens}}}}}");
        }
    }

    private static string Half(string payload) => payload[..(payload.Length / 2)];

    [GeneratedRegex("\"(content|response)\":", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContentMember();

    [GeneratedRegex("\"role\":\"(assistant|model)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Role();

    [GeneratedRegex("(?<name>\"((finish|done|stop)_reason|finishReason)\":)\"[A-Za-z_]+\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FinishReason();
}
