namespace StreamingAdapters.Tests.Providers;

/// <summary>Small streams written by hand.</summary>
internal static class OllamaLines
{
    public const string Hello = """{"model":"m","created_at":"2026-01-02T03:04:05Z","message":{"role":"assistant","content":"Hello"},"done":false}""" + "\n";

    public const string World = """{"model":"m","created_at":"2026-01-02T03:04:06Z","message":{"role":"assistant","content":" world"},"done":false}""" + "\n";

    public const string Done = """{"model":"m","created_at":"2026-01-02T03:04:07Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}""" + "\n";
}
