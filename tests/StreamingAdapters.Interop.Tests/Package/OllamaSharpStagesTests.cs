using Microsoft.Extensions.AI;
using OllamaSharp;
using StreamingAdapters.Interop.Tests.Situations;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class OllamaSharpStagesTests : VendorSuite
{
    private const string Hel = """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hel"},"done":false}""";

    protected override ScriptedHttpResponse Hello(bool streaming) => ScriptedHttpResponse.Ok(streaming ? "application/x-ndjson" : "application/json")
        .Text(streaming ? $"{Hel}\n{Done("lo")}\n" : Done("Hello"));

    protected override ScriptedHttpResponse Beginning() => ScriptedHttpResponse.Ok("application/x-ndjson").Text(Hel + "\n");

    protected override IChatClient Client(HttpClient http) => new OllamaApiClient(http, "m");

    private static string Done(string text) =>
        $$$"""{"model":"m","created_at":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":"{{{text}}}"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}""";
}
