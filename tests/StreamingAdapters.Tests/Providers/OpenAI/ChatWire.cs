namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Chunks of chat completions, written by hand.</summary>
internal static class ChatWire
{
    public const string Done = "data: [DONE]\n\n";

    /// <summary>A finish reason and the end.</summary>
    public static string Stop => Delta("{}", "stop") + Done;

    /// <summary>One text delta.</summary>
    public static string Hi => Delta("""{"content":"Hi"}""");

    /// <summary>A chunk of choice 0.</summary>
    /// <param name="delta">The delta, as JSON.</param>
    /// <param name="finish">The finish reason; null when there is none.</param>
    /// <param name="more">More members of the chunk, with a leading comma.</param>
    public static string Delta(string delta, string? finish = null, string more = "") =>
        Choice($"\"delta\":{delta},\"finish_reason\":{(finish is null ? "null" : $"\"{finish}\"")}", more);

    /// <summary>A chunk of choice 0, by the choice's own members.</summary>
    public static string Choice(string members, string more = "") => Chunk($$"""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,{{members}}}]{{more}}}""");

    /// <summary>An event with these data.</summary>
    public static string Chunk(string json) => $"data: {json}\n\n";

    /// <summary>One entry of <c>delta.tool_calls</c>.</summary>
    public static string Call(string entry) => Delta($$"""{"tool_calls":[{{entry}}]}""");
}
