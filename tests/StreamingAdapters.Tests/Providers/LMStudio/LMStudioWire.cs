namespace StreamingAdapters.Tests.Providers.LMStudio;

/// <summary>Events of LM Studio's own API, written by hand.</summary>
internal static class LMStudioWire
{
    public const string Statistics = """{"input_tokens":10,"total_output_tokens":7,"reasoning_output_tokens":2,"tokens_per_second":43.5,"time_to_first_token_seconds":0.5,"model_load_time_seconds":2}""";

    /// <summary>The beginning.</summary>
    public static string Start => Event("chat.start", "\"model_instance_id\":\"qwen\"");

    /// <summary>The end of an answer that the server keeps.</summary>
    public static string End => EndOf($"\"stats\":{Statistics},\"response_id\":\"resp_1\"");

    public static string EndOf(string members) => Event("chat.end", $"\"result\":{{\"model_instance_id\":\"qwen\",\"output\":[],{members}}}");

    public static string Text(string text) => Event("message.delta", $"\"content\":\"{text}\"");

    public static string Reasoning(string text) => Event("reasoning.delta", $"\"content\":\"{text}\"");

    public static string Error(string type, string message = "x") => Event("error", $$""" "error":{"type":"{{type}}","message":"{{message}}"}""");

    public static string Event(string type, string members = "") => $"event: {type}\ndata: {{\"type\":\"{type}\"{(members.Length > 0 ? "," : "")}{members}}}\n\n";
}
