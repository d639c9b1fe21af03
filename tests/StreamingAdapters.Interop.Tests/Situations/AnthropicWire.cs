using System.Globalization;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>Answers in Anthropic's protocol (docs.anthropic.com, "Streaming messages"), streamed or whole.</summary>
internal static class AnthropicWire
{
    public static ScriptedHttpResponse Text(int number, bool streaming, long input, long output, params string[] pieces) => streaming
        ? Events([Start(number, input), BlockStart(0, """{"type":"text","text":""}"""), .. pieces.Select(TextDelta), BlockStop(0), .. End("end_turn", output)])
        : Whole(number, input, output, "end_turn", $$"""{"type":"text","text":"{{string.Concat(pieces)}}"}""");

    /// <summary>"Let me see.", and a call of "weather" for Oslo.</summary>
    public static ScriptedHttpResponse ToolCall(int number, bool streaming, long input, long output) => streaming
        ? Events(
            [
                Start(number, input),
                BlockStart(0, """{"type":"text","text":""}"""), TextDelta("Let me see."), BlockStop(0),
                BlockStart(1, """{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}"""),
                """content_block_delta {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}""",
                """content_block_delta {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Oslo\"}"}}""",
                BlockStop(1),
                .. End("tool_use", output),
            ])
        : Whole(number, input, output, "tool_use", """{"type":"text","text":"Let me see."},{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"}}""");

    /// <summary>The events of an answer that has begun with the text.</summary>
    public static string Beginning(string text) =>
        string.Concat(((string[])[Start(1, 3), BlockStart(0, """{"type":"text","text":""}"""), TextDelta(text)]).Select(Event));

    private static ScriptedHttpResponse Events(IEnumerable<string> events) => ScriptedHttpResponse.Ok("text/event-stream").Text(string.Concat(events.Select(Event)));

    private static ScriptedHttpResponse Whole(int number, long input, long output, string reason, string contents) => ScriptedHttpResponse.Ok("application/json").Text(
        $$$"""{"id":"msg_{{{number}}}","type":"message","role":"assistant","model":"m","content":[{{{contents}}}],"stop_reason":"{{{reason}}}","stop_sequence":null,"usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}}}}""");

    private static string Start(int number, long input) =>
        $$$"""message_start {"message":{"id":"msg_{{{number}}}","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":{{{input}}},"output_tokens":1}},"type":"message_start"}""";

    private static string BlockStart(int index, string block) => $$"""content_block_start {"type":"content_block_start","index":{{index}},"content_block":{{block}}}""";

    private static string TextDelta(string text) => $$$"""content_block_delta {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""";

    private static string BlockStop(int index) => $$"""content_block_stop {"type":"content_block_stop","index":{{index}}}""";

    private static string[] End(string reason, long output) =>
    [
        string.Create(CultureInfo.InvariantCulture, $$$"""message_delta {"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":{{{output}}}}}"""),
        """message_stop {"type":"message_stop"}""",
    ];

    // An event's name stands before its data.
    private static string Event(string named)
    {
        int space = named.IndexOf(' ', StringComparison.Ordinal);
        return $"event: {named[..space]}\ndata: {named[(space + 1)..]}\n\n";
    }
}
