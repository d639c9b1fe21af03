namespace StreamingAdapters.Testing;

/// <summary>Ollama's native protocol: NDJSON, errors as <c>{"error":"text"}</c>.</summary>
internal sealed class OllamaProtocol : ServerProtocol
{
    public static OllamaProtocol Instance { get; } = new();

    public override string Name => "Ollama";

    public override bool IsSse => false;

    public override string StreamContentType => "application/x-ndjson";

    public override string BodyContentType => "application/json; charset=utf-8";

    public override FrameKind LastFrame => FrameKind.Finish;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => [.. payload, (byte)'\n'];

    // The texts of 401, 500 and 503 are the server's own (server/routes.go, server/sched.go); the two blanks in 503 are there too.
    public override string ErrorBody(int status, string? message = null, string? code = null) => status switch
    {
        401 when message is null => """{"error":"unauthorized","signin_url":"https://ollama.com/connect?name=emulated&key=none"}""",
        _ => Error(message ?? status switch
        {
            403 => "this model requires a subscription, upgrade for access: https://ollama.com/upgrade",
            404 => "model 'emulated' not found",
            413 => "request body too large",
            429 => "you've reached your hourly usage limit, please try again later",
            500 => "llama runner process has terminated: exit status 2",
            503 => "server busy, please try again.  maximum pending requests exceeded",
            _ => $"unexpected status {status}",
        }),
    };

    public override string StreamError(string? message, string? code) => Error(message ?? "an error was encountered while running the model");

    public static string Error(string message) => $$"""{"error":{{JsonText.Quote(message, escapesHtml: true)}}}""";
}
