namespace StreamingAdapters.Tests.Providers.Anthropic;

/// <summary>Events of Messages, written by hand.</summary>
internal static class AnthropicWire
{
    /// <summary>The beginning of an answer that has read 10 tokens, wrote 3 to the cache and read 2 from it.</summary>
    public static string Start => Event("message_start", """ "message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":2,"output_tokens":1}}""");

    /// <summary>The end.</summary>
    public static string Stop => Event("message_stop", "");

    public static string Open(int index, string block) => Event("content_block_start", $"\"index\":{index},\"content_block\":{block}");

    public static string Delta(int index, string delta) => Event("content_block_delta", $"\"index\":{index},\"delta\":{delta}");

    public static string Close(int index) => Event("content_block_stop", $"\"index\":{index}");

    public static string End(string reason, string usage = """{"output_tokens":7}""", string more = "") => Event("message_delta", $$""" "delta":{"stop_reason":"{{reason}}"{{more}}},"usage":{{usage}}""");

    /// <summary>A block of text in one delta.</summary>
    public static string Text(string text, int index = 0) => Open(index, """{"type":"text","text":""}""") + Delta(index, $$"""{"type":"text_delta","text":"{{text}}"}""") + Close(index);

    public static string Event(string type, string members) => $"event: {type}\ndata: {{\"type\":\"{type}\"{(members.Length > 0 ? "," : "")}{members}}}\n\n";
}
