using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>Answers in the protocol of OpenAI's chat completions, streamed or whole.</summary>
internal static class ChatCompletionsWire
{
    private const string Usage = """{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}""";

    public static ScriptedHttpResponse Hello(bool streaming) => streaming
        ? ScriptedHttpResponse.Ok("text/event-stream").Text(
            Delta("""{"role":"assistant","content":"Hel"}""", "null") + Delta("""{"content":"lo"}""", "null") + Delta("{}", "\"stop\"") + Chunk("[]", Usage) + "data: [DONE]\n\n")
        : ScriptedHttpResponse.Ok("application/json").Text(
            $$$"""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{{{Usage}}}}""");

    public static ScriptedHttpResponse Beginning() => ScriptedHttpResponse.Ok("text/event-stream").Text(Delta("""{"role":"assistant","content":"Hel"}""", "null"));

    private static string Delta(string delta, string reason) => Chunk($$"""[{"index":0,"delta":{{delta}},"finish_reason":{{reason}}}]""", "null");

    private static string Chunk(string choices, string usage) =>
        $$"""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":{{choices}},"usage":{{usage}}}""" + "\n\n";
}
