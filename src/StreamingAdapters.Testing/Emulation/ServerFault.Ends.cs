namespace StreamingAdapters.Testing;

/// <content>Streams that end wrongly or not at all.</content>
public sealed partial class ServerFault
{
    private const string ModelCrashed = "The model has crashed without additional information.";

    private const string UpstreamFailed =
        """{"id":"gen-1","provider":"Emulated","model":"emulated","object":"chat.completion.chunk","created":1767225600,"error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""";

    private const string PromptTooLong =
        """{"object":"error","message":"The prompt is too long.","type":"BadRequestError","param":null,"code":400}""";

    /// <summary>The protocol's in-stream error, behind which the body ends.</summary>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <param name="message">The error's text; by default the server's usual one.</param>
    /// <param name="code">The error's code, where the protocol has one.</param>
    /// <returns>The fault.</returns>
    public static ServerFault StreamError(int afterChunks, string? message = null, string? code = null) =>
        EndsWithFrame($"error after {afterChunks} chunks", afterChunks, plan => new Frame(FrameKind.Noise, plan.Protocol.StreamError(message, code)));

    /// <summary>LM Studio's <c>event: error</c>, behind which the body ends without <c>[DONE]</c>.</summary>
    /// <remarks>Of protocols of server-sent events only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault EventError(int afterChunks) => EndsWithFrame(
        $"event: error after {afterChunks} chunks",
        afterChunks,
        static _ => Frame.Raw($"event: error\ndata: {{\"error\":{{\"message\":\"{ModelCrashed}\"}},\"message\":\"{ModelCrashed}\"}}\n\n"),
        needsEvents: true);

    /// <summary>The line <c>error: {json}</c> of older llama.cpp servers, then <c>[DONE]</c>.</summary>
    /// <remarks>Of protocols of server-sent events only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault ErrorField(int afterChunks) => EndsWithFrame(
        $"error field after {afterChunks} chunks",
        afterChunks,
        static _ => Frame.Raw("error: {\"code\":500,\"message\":\"failed to decode\",\"type\":\"server_error\"}\n\ndata: [DONE]\n\n"),
        needsEvents: true);

    /// <summary>vLLM's frame with <c>"object":"error"</c>, then <c>[DONE]</c>.</summary>
    /// <remarks>Of protocols of server-sent events only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault ErrorObject(int afterChunks) => EndsWithFrame(
        $"error object after {afterChunks} chunks",
        afterChunks,
        static _ => Frame.Raw($"data: {PromptTooLong}\n\ndata: [DONE]\n\n"),
        needsEvents: true);

    /// <summary>OpenRouter's chunk with an error beside <c>choices</c> whose finish reason is <c>error</c>, then <c>[DONE]</c>.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault RoutedError(int afterChunks) => EndsWithFrame(
        $"routed error after {afterChunks} chunks",
        afterChunks,
        static _ => Frame.Raw($"data: {UpstreamFailed}\n\ndata: [DONE]\n\n"),
        needsChat: true);

    /// <summary>The line of Ollama's cloud for a limit that is reached: the status 429 is a member, in Go's spelling.</summary>
    /// <remarks>Of Ollama's protocol only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault CloudLimit(int afterChunks) => EndsWithFrame(
        $"cloud limit after {afterChunks} chunks",
        afterChunks,
        static _ => new Frame(FrameKind.Noise, """{"StatusCode":429,"Status":"429 Too Many Requests","error":"you've reached your hourly usage limit, please try again later"}"""),
        needsLines: true);

    /// <summary>The line of Ollama's cloud for somebody who is not signed in: it has an address to sign in at.</summary>
    /// <remarks>Of Ollama's protocol only.</remarks>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <returns>The fault.</returns>
    public static ServerFault CloudSignIn(int afterChunks) => EndsWithFrame(
        $"cloud sign-in after {afterChunks} chunks",
        afterChunks,
        static plan => new Frame(FrameKind.Noise, plan.Protocol.ErrorBody(401)),
        needsLines: true);

    /// <summary>Ends the answer after some chunks without the protocol's end.</summary>
    /// <param name="afterChunks">How many chunks come first.</param>
    /// <param name="cut">How the body ends.</param>
    /// <returns>The fault.</returns>
    public static ServerFault Cut(int afterChunks, ConnectionCut cut = ConnectionCut.EndOfBody) =>
        OfStream($"cut after {afterChunks} chunks ({cut})", (plan, _) => End(plan, afterChunks, EndOf(cut)));

    /// <summary>Ends the body after some bytes, which may be inside a frame or a character.</summary>
    /// <param name="bytes">How many bytes of the body come first.</param>
    /// <param name="cut">How the body ends.</param>
    /// <returns>The fault.</returns>
    public static ServerFault CutAfterBytes(int bytes, ConnectionCut cut = ConnectionCut.EndOfBody) => new($"cut after {bytes} bytes ({cut})", plan =>
    {
        plan.Shape(pieces => WireShapes.UpToBytes(pieces, bytes));
        plan.End = EndOf(cut);
    });

    /// <summary>Sends nothing more after some chunks, until the client closes the connection.</summary>
    /// <param name="afterChunks">How many chunks come first; with 0 the headers come, and what the protocol sends before content.</param>
    /// <returns>The fault.</returns>
    public static ServerFault Silence(int afterChunks) => OfStream($"silence after {afterChunks} chunks", (plan, _) => End(plan, afterChunks, AnswerEnd.Silence));

    /// <summary>Leaves out the last frame and what is behind it: <c>[DONE]</c>, Ollama's line with <c>done:true</c>, the finish reason where the protocol has no other end.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault NoTerminator() => OfStream(
        "no terminator",
        static (plan, _) => plan.Frames = plan.Frames.TakeWhile(frame => frame.Kind != plan.Protocol.LastFrame));

    /// <summary>Sends the frame with the finish reason twice.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault FinishesTwice() => OfStream(
        "finishes twice",
        static (plan, _) => plan.Frames = plan.Frames.SelectMany(static frame => frame.Kind is FrameKind.Finish ? (Frame[])[frame, frame] : [frame]));

    /// <summary>Leaves out the line feeds behind the last frame.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault NoFinalNewline() => OfStream("no final newline", static (plan, _) => plan.Shape(WireShapes.WithoutFinalNewline));

    private static ServerFault EndsWithFrame(string name, int afterChunks, Func<AnswerPlan, Frame> frame, bool needsEvents = false, bool needsLines = false, bool needsChat = false) =>
        OfStream(name, (plan, _) => plan.Frames = plan.Frames.UpToChunks(afterChunks).Append(frame(plan)), needsEvents, needsLines, needsChat);

    private static void End(AnswerPlan plan, int afterChunks, AnswerEnd end)
    {
        plan.Frames = plan.Frames.UpToChunks(afterChunks);
        plan.End = end;
    }
}
