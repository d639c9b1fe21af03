namespace StreamingAdapters.Tests.Providers.Ollama;

/// <summary>Lines of <c>/api/chat</c>, written by hand.</summary>
internal static class OllamaWire
{
    public const string CreatedAt = "2026-07-28T06:32:45.004109123Z";

    /// <summary>The last line, with a reason, usage and durations.</summary>
    public static string Done => Line("""{"role":"assistant","content":""}""", true, ""","done_reason":"stop","total_duration":9999999999999,"load_duration":1,"prompt_eval_count":5,"prompt_eval_duration":2,"eval_count":2,"eval_duration":300""");

    /// <summary>What <see cref="Done"/> gives.</summary>
    public static string DoneText => "usage 5/2/7 | finish stop | done";

    /// <summary>A line with a text.</summary>
    public static string Text(string escaped) => Line($$"""{"role":"assistant","content":"{{escaped}}"}""");

    /// <summary>A line.</summary>
    /// <param name="message">The message, as JSON.</param>
    /// <param name="done">Whether it is the last.</param>
    /// <param name="more">More members of the line, with a leading comma.</param>
    public static string Line(string message, bool done = false, string more = "") =>
        $$"""{"model":"m","created_at":"{{CreatedAt}}","message":{{message}},"done":{{(done ? "true" : "false")}}{{more}}}""" + "\n";
}
