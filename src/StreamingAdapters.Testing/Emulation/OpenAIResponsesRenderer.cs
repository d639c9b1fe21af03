namespace StreamingAdapters.Testing;

/// <summary>Writes answers as OpenAI's Responses do; the members stand in the order of its recorded streams. Items go out one after the other.</summary>
internal sealed class OpenAIResponsesRenderer(EmulatedPrompt prompt, EmulatedAnswer answer, ResponsesRequest request, int argumentCharacters) : AnswerRenderer
{
    private readonly List<string> _done = [];
    private int _sequenceNumber;

    public override IEnumerable<Frame> Frames()
    {
        yield return Of(FrameKind.Preamble, "response.created", $",\"response\":{Response(request.IsInBackground ? "queued" : "in_progress")}");
        if (request.IsInBackground)
        {
            yield return Of(FrameKind.Preamble, "response.queued", $",\"response\":{Response("queued")}");
        }

        yield return Of(FrameKind.Preamble, "response.in_progress", $",\"response\":{Response("in_progress")}");
        IEnumerable<Frame> message = answer.Calls.Count == 0 ? MessageFrames() : [];
        foreach (Frame frame in ReasoningFrames().Concat(message).Concat(answer.Calls.SelectMany(CallFrames)))
        {
            yield return frame;
        }

        string status = answer.IsCut ? "incomplete" : "completed";
        yield return Of(FrameKind.Finish, $"response.{status}", $",\"response\":{Response(status, Usage())}");
    }

    public override string Body()
    {
        foreach (Frame _ in Frames())
        {
            // The items, and what they cost, are known when they have been written.
        }

        return Response(answer.IsCut ? "incomplete" : "completed", Usage());
    }

    public override string TextPayload(string escapedText) => Text(escapedText);

    private IEnumerable<Frame> ReasoningFrames()
    {
        string text = "";
        string place = $"\"item_id\":\"rs_{request.ItemSuffix}\",\"output_index\":0,\"summary_index\":0";
        foreach (string chunk in answer.Reasoning())
        {
            if (text.Length == 0)
            {
                yield return Item(FrameKind.Noise, "added", $"{{\"id\":\"rs_{request.ItemSuffix}\",\"type\":\"reasoning\",\"summary\":[]}}");
                yield return Of(FrameKind.Noise, "response.reasoning_summary_part.added", $",{place},\"part\":{{\"type\":\"summary_text\",\"text\":\"\"}}");
            }

            text += chunk;
            yield return Of(FrameKind.Reasoning, "response.reasoning_summary_text.delta", $",{place},\"delta\":{JsonText.Quote(chunk)},\"obfuscation\":\"{Padding(chunk)}\"");
        }

        if (text.Length > 0)
        {
            string whole = JsonText.Quote(text);
            string encrypted = request.EncryptsReasoning ? $",\"encrypted_content\":\"gAAAAAB{request.ItemSuffix}\"" : "";
            yield return Of(FrameKind.Noise, "response.reasoning_summary_text.done", $",{place},\"text\":{whole}");
            yield return Of(FrameKind.Noise, "response.reasoning_summary_part.done", $",{place},\"part\":{{\"type\":\"summary_text\",\"text\":{whole}}}");
            yield return Done(FrameKind.Noise, $"{{\"id\":\"rs_{request.ItemSuffix}\",\"type\":\"reasoning\",\"summary\":[{{\"type\":\"summary_text\",\"text\":{whole}}}]{encrypted}}}");
        }
    }

    private IEnumerable<Frame> MessageFrames()
    {
        string text = "";
        yield return Item(FrameKind.Noise, "added", $"{{\"id\":\"msg_{request.ItemSuffix}\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],\"role\":\"assistant\"}}");
        yield return Of(FrameKind.Noise, "response.content_part.added", $",{PlaceOfText()},\"part\":{Part("")}");
        foreach (string chunk in answer.Text())
        {
            text += chunk;
            yield return new Frame(FrameKind.Text, Text(JsonText.Escape(chunk)));
        }

        string status = answer.IsCut ? "incomplete" : "completed";
        yield return Of(FrameKind.Noise, "response.output_text.done", $",{PlaceOfText()},\"text\":{JsonText.Quote(text)},\"logprobs\":[]");
        yield return Of(FrameKind.Noise, "response.content_part.done", $",{PlaceOfText()},\"part\":{Part(text)}");
        yield return Done(FrameKind.Noise, $"{{\"id\":\"msg_{request.ItemSuffix}\",\"type\":\"message\",\"status\":\"{status}\",\"content\":[{Part(text)}],\"role\":\"assistant\"}}");
    }

    private IEnumerable<Frame> CallFrames(EmulatedToolCall call, int index)
    {
        string id = $"fc_{index}{request.ItemSuffix}";
        string place = $"\"item_id\":\"{id}\",\"output_index\":{_done.Count}";
        string arguments = JsonText.Quote(call.Arguments);
        yield return Item(FrameKind.ToolCall, "added", Call(id, call, "in_progress", "\"\""));
        foreach (string fragment in TextPieces.Of(call.Arguments, argumentCharacters))
        {
            yield return Of(
                FrameKind.ToolCall, "response.function_call_arguments.delta", $",{place},\"delta\":{JsonText.Quote(fragment)},\"obfuscation\":\"{Padding(fragment)}\"");
        }

        yield return Of(FrameKind.ToolCall, "response.function_call_arguments.done", $",{place},\"arguments\":{arguments}");
        yield return Done(FrameKind.ToolCall, Call(id, call, "completed", arguments));
    }

    private static string Call(string id, EmulatedToolCall call, string status, string arguments) =>
        $"{{\"id\":\"{id}\",\"type\":\"function_call\",\"status\":\"{status}\",\"arguments\":{arguments},\"call_id\":\"{call.Id}\",\"name\":{JsonText.Quote(call.Name)}}}";

    private string Text(string escapedText) =>
        Payload("response.output_text.delta", $",{PlaceOfText()},\"delta\":\"{escapedText}\",\"logprobs\":[],\"obfuscation\":\"{Padding(escapedText)}\"");

    private string PlaceOfText() => $"\"item_id\":\"msg_{request.ItemSuffix}\",\"output_index\":{_done.Count},\"content_index\":0";

    private static string Part(string text) => $"{{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":{JsonText.Quote(text)}}}";

    // Real servers fill every delta up to a multiple of 16 characters.
    private static string Padding(string text) => "aZ3kPq9LmX7cVb2N"[..(15 - (text.Length % 16))];

    private Frame Item(FrameKind kind, string state, string item) => Of(kind, $"response.output_item.{state}", $",\"output_index\":{_done.Count},\"item\":{item}");

    private Frame Done(FrameKind kind, string item)
    {
        Frame frame = Item(kind, "done", item);
        _done.Add(item);
        return frame;
    }

    private Frame Of(FrameKind kind, string type, string members) => new(kind, Payload(type, members));

    private string Payload(string type, string members) => $"{{\"type\":\"{type}\",\"sequence_number\":{_sequenceNumber++}{members}}}";

    private string Response(string status, string usage = "null")
    {
        string reason = status is "incomplete" ? "{\"reason\":\"max_output_tokens\"}" : "null";
        string output = status is "completed" or "incomplete" ? string.Join(',', _done) : "";
        return $"{{\"id\":\"{request.Id}\",\"object\":\"response\",\"created_at\":{request.CreatedAt.ToUnixTimeSeconds()},\"status\":\"{status}\","
            + $"\"background\":{Bool(request.IsInBackground)},\"error\":null,\"incomplete_details\":{reason},\"instructions\":{JsonText.Quote(request.Instructions)},"
            + $"\"max_output_tokens\":{request.MaxOutputTokens?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"},\"model\":{JsonText.Quote(prompt.Model)},"
            + $"\"output\":[{output}],\"parallel_tool_calls\":{Bool(prompt.AllowsParallelCalls)},\"previous_response_id\":{JsonText.Quote(request.PreviousId)},"
            + $"\"service_tier\":\"default\",\"store\":{Bool(request.IsStored)},\"usage\":{usage},\"metadata\":{{}}}}";
    }

    private static string Bool(bool value) => value ? "true" : "false";

    // Read after the items have been written: the counts grow with what has been taken.
    private string Usage() =>
        $"{{\"input_tokens\":{prompt.PromptTokens},\"input_tokens_details\":{{\"cached_tokens\":0}},\"output_tokens\":{answer.Tokens},"
        + $"\"output_tokens_details\":{{\"reasoning_tokens\":{answer.ReasoningTokens}}},\"total_tokens\":{prompt.PromptTokens + answer.Tokens}}}";
}
