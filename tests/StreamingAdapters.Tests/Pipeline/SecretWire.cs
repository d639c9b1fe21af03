namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Small answers of each protocol, written by hand, and errors that say whatever they are told to.</summary>
/// <param name="Start">The frames before the text.</param>
/// <param name="Text">A frame with a text.</param>
/// <param name="End">The frames after the text.</param>
/// <param name="Error">The body of an HTTP error.</param>
/// <param name="ErrorFrame">An error inside the stream.</param>
/// <param name="Broken">A frame with a text, cut off and ended like a whole one.</param>
internal sealed record SecretWire(string Start, Func<string, string> Text, string End, Func<string, string> Error, Func<string, string> ErrorFrame, Func<string, string> Broken)
{
    public string MediaType { get; init; } = "text/event-stream";

    public static IReadOnlyDictionary<string, SecretWire> All { get; } = new Dictionary<string, SecretWire>(StringComparer.Ordinal)
    {
        ["ollama"] = new(
            "",
            text => $$"""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"{{text}}"},"done":false}""" + "\n",
            """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}""" + "\n",
            text => $$"""{"error":"{{text}}"}""",
            text => $$"""{"error":"{{text}}"}""" + "\n",
            text => $$"""{"message":{"content":"{{text}}""" + "\n")
        {
            MediaType = "application/x-ndjson",
        },
        ["openai"] = new(
            "",
            text => Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{text}}}"}}]}"""),
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""") + Data("[DONE]"),
            OpenAIError,
            text => Data(OpenAIError(text)),
            text => Data($$"""{"choices":[{"delta":{"content":"{{text}}""")),
        ["openai-responses"] = new(
            Data("""{"type":"response.created","response":{"id":"r","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]}}""")
                + Data("""{"type":"response.output_item.added","output_index":0,"item":{"id":"i","type":"message","role":"assistant","content":[]}}"""),
            text => Data($$"""{"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"{{text}}"}"""),
            Data("""{"type":"response.completed","response":{"id":"r","object":"response","created_at":1,"status":"completed","model":"m","output":[],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}}"""),
            OpenAIError,
            text => Data($$"""{"type":"error","code":"x","message":"{{text}}"}"""),
            text => Data($$"""{"type":"response.output_text.delta","delta":"{{text}}""")),
        ["lmstudio-native"] = new(
            Data("""{"type":"chat.start","model_instance_id":"m"}"""),
            text => Data($$"""{"type":"message.delta","content":"{{text}}"}"""),
            Data("""{"type":"chat.end","result":{"model_instance_id":"m","output":[],"stats":{"input_tokens":3,"total_output_tokens":2},"response_id":"resp_1"}}"""),
            OpenAIError,
            text => Data($$$"""{"type":"error","error":{"type":"internal_error","message":"{{{text}}}"}}"""),
            text => Data($$"""{"type":"message.delta","content":"{{text}}""")),
        ["anthropic"] = new(
            Data("""{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}""")
                + Data("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            text => Data($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}"""),
            Data("""{"type":"content_block_stop","index":0}""") + Data("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}""") + Data("""{"type":"message_stop"}"""),
            AnthropicError,
            text => Data(AnthropicError(text)),
            text => Data($$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{text}}""")),
        ["gemini"] = new(
            "",
            text => Data($$"""{"candidates":[{"content":{"parts":[{"text":"{{text}}"}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"r"}"""),
            Data("""{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2},"modelVersion":"m","responseId":"r"}"""),
            GeminiError,
            text => Data(GeminiError(text)),
            text => Data($$"""{"candidates":[{"content":{"parts":[{"text":"{{text}}""")),
    };

    private static string Data(string json) => $"data: {json}\n\n";

    private static string OpenAIError(string text) => $$$"""{"error":{"message":"{{{text}}}","type":"x","code":"y"}}""";

    private static string AnthropicError(string text) => $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{text}}}"}}""";

    private static string GeminiError(string text) => $$$"""{"error":{"code":400,"message":"{{{text}}}","status":"INVALID_ARGUMENT"}}""";
}
