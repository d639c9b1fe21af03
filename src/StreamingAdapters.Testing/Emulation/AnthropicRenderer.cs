namespace StreamingAdapters.Testing;

/// <summary>Writes answers as Anthropic's Messages do; the members stand in the order of its recorded streams. Blocks go out one after the other.</summary>
internal sealed class AnthropicRenderer(EmulatedPrompt prompt, EmulatedAnswer answer, string id, int argumentCharacters) : AnswerRenderer
{
    private readonly List<string> _whole = [];

    public override IEnumerable<Frame> Frames()
    {
        yield return new Frame(FrameKind.Preamble, $"{{\"type\":\"message_start\",\"message\":{Message("", "null", Usage(1))}}}");
        yield return new Frame(FrameKind.Preamble, """{"type":"ping"}""");
        IEnumerable<Frame> text = answer.Calls.Count == 0 ? TextFrames() : [];
        foreach (Frame frame in ThinkingFrames().Concat(text).Concat(answer.Calls.SelectMany(CallFrames)))
        {
            yield return frame;
        }

        yield return new Frame(
            FrameKind.Finish,
            $"{{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"{StopReason}\",\"stop_sequence\":null}},\"usage\":{{\"output_tokens\":{answer.Tokens}}}}}");
        yield return new Frame(FrameKind.Terminator, """{"type":"message_stop"}""");
    }

    public override string Body()
    {
        foreach (Frame _ in Frames())
        {
            // The blocks, and what they cost, are known when they have been written.
        }

        return Message(string.Join(',', _whole), $"\"{StopReason}\"", Usage(answer.Tokens));
    }

    public override string TextPayload(string escapedText) => Delta("text_delta", $"\"text\":\"{escapedText}\"");

    private string StopReason => answer.IsCut ? "max_tokens" : answer.Calls.Count > 0 ? "tool_use" : "end_turn";

    private IEnumerable<Frame> ThinkingFrames()
    {
        string thinking = "";
        foreach (string chunk in answer.Reasoning())
        {
            if (thinking.Length == 0)
            {
                yield return Start("""{"type":"thinking","thinking":"","signature":""}""");
            }

            thinking += chunk;
            yield return new Frame(FrameKind.Reasoning, Delta("thinking_delta", $"\"thinking\":{JsonText.Quote(chunk)}"));
        }

        if (thinking.Length > 0)
        {
            string signature = $"\"signature\":\"EqQB{id[4..]}\"";
            yield return new Frame(FrameKind.Noise, Delta("signature_delta", signature));
            yield return Stop($"{{\"type\":\"thinking\",\"thinking\":{JsonText.Quote(thinking)},{signature}}}");
        }
    }

    private IEnumerable<Frame> TextFrames()
    {
        string text = "";
        yield return Start("""{"type":"text","text":""}""");
        foreach (string chunk in answer.Text())
        {
            text += chunk;
            yield return new Frame(FrameKind.Text, TextPayload(JsonText.Escape(chunk)));
        }

        yield return Stop($"{{\"type\":\"text\",\"text\":{JsonText.Quote(text)}}}");
    }

    private IEnumerable<Frame> CallFrames(EmulatedToolCall call)
    {
        string head = $"{{\"type\":\"tool_use\",\"id\":\"{call.Id}\",\"name\":{JsonText.Quote(call.Name)},\"input\":";
        yield return new Frame(FrameKind.ToolCall, StartPayload(head + "{}}"));

        // The first piece is empty, as recorded.
        foreach (string fragment in TextPieces.Of(call.Arguments, argumentCharacters).Prepend(""))
        {
            yield return new Frame(FrameKind.ToolCall, Delta("input_json_delta", $"\"partial_json\":{JsonText.Quote(fragment)}"));
        }

        yield return Stop($"{head}{call.Arguments}}}", FrameKind.ToolCall);
    }

    private Frame Start(string block) => new(FrameKind.Noise, StartPayload(block));

    private string StartPayload(string block) => $"{{\"type\":\"content_block_start\",\"index\":{_whole.Count},\"content_block\":{block}}}";

    private Frame Stop(string whole, FrameKind kind = FrameKind.Noise)
    {
        var frame = new Frame(kind, $"{{\"type\":\"content_block_stop\",\"index\":{_whole.Count}}}");
        _whole.Add(whole);
        return frame;
    }

    private string Delta(string type, string member) => $"{{\"type\":\"content_block_delta\",\"index\":{_whole.Count},\"delta\":{{\"type\":\"{type}\",{member}}}}}";

    private string Message(string blocks, string stopReason, string usage) =>
        $"{{\"model\":{JsonText.Quote(prompt.Model)},\"id\":\"{id}\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{blocks}],\"stop_reason\":{stopReason},\"stop_sequence\":null,\"usage\":{usage}}}";

    private string Usage(int output) =>
        $"{{\"input_tokens\":{prompt.PromptTokens},\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":{output},\"service_tier\":\"standard\"}}";
}
