namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>Events of Responses, written by hand.</summary>
internal static class ResponsesWire
{
    /// <summary>The beginning of an answer that is kept.</summary>
    public static string Start => Created(""","store":true""");

    /// <summary>The end.</summary>
    public static string Stop => End("completed");

    public static string Created(string more = "") => Event("response.created", $$""" "sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1700000000,"status":"in_progress","model":"gpt-x","output":[]{{more}}}""");

    public static string End(string status, string more = "", string output = "") =>
        Event($"response.{status}", $$""" "sequence_number":99,"response":{"id":"resp_1","object":"response","created_at":1700000000,"status":"{{status}}","model":"gpt-x","output":[{{output}}],"store":true,"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":2},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":17}{{more}}}""");

    public static string Added(int index, string item) => Event("response.output_item.added", $""" "sequence_number":1,"output_index":{index},"item":{item}""");

    public static string Done(int index, string item) => Event("response.output_item.done", $""" "sequence_number":8,"output_index":{index},"item":{item}""");

    public static string Delta(string kind, int index, string delta, int number = 2, string more = "") =>
        Event($"response.{kind}.delta", $""" "sequence_number":{number},"item_id":"i","output_index":{index},"content_index":0,"delta":"{delta}"{more}""");

    public static string Text(string text, int number = 2) => Delta("output_text", 0, text, number);

    public static string Event(string type, string members) => $"event: {type}\ndata: {{\"type\":\"{type}\",{members}}}\n\n";
}
