namespace StreamingAdapters.Testing;

/// <summary>Anthropic's Messages: named server-sent events, errors as <c>{"type":"error","error":{type,message}}</c>.</summary>
internal sealed class AnthropicProtocol : ServerProtocol
{
    public static AnthropicProtocol Instance { get; } = new();

    public override string Name => "Anthropic";

    public override bool IsSse => true;

    public override string KeyHeader => "x-api-key";

    public override string StreamContentType => "text/event-stream; charset=utf-8";

    public override string BodyContentType => JsonContentType;

    public override FrameKind LastFrame => FrameKind.Finish;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => NamedEvents.Wrap(payload);

    public override string ErrorBody(int status, string? message = null, string? code = null) => status switch
    {
        401 => Error(code ?? "authentication_error", message ?? "invalid x-api-key"),
        403 => Error(code ?? "permission_error", message ?? "Your API key does not have permission to use the specified resource."),
        404 => Error(code ?? "not_found_error", message ?? "model: emulated"),
        413 => Error(code ?? "request_too_large", message ?? "Request exceeds the maximum size"),
        429 => Error(code ?? "rate_limit_error", message ?? "This request would exceed your organization's rate limit."),
        503 or 529 => Error(code ?? "overloaded_error", message ?? "Overloaded"),
        >= 500 or 200 => Error(code ?? "api_error", message ?? "Internal server error"),
        _ => Error(code ?? "invalid_request_error", message ?? "The request is invalid."),
    };

    public override string StreamError(string? message, string? code) => ErrorBody(500, message, code);

    public static string Error(string type, string message) => $"{{\"type\":\"error\",\"error\":{{\"type\":{JsonText.Quote(type)},\"message\":{JsonText.Quote(message)}}}}}";
}
