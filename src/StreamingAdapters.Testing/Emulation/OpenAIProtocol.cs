namespace StreamingAdapters.Testing;

/// <summary>OpenAI's chat completions: server-sent events, errors as <c>{"error":{message,type,param,code}}</c>.</summary>
internal sealed class OpenAIProtocol : ServerProtocol
{
    public static OpenAIProtocol Instance { get; } = new();

    public override string Name => "OpenAI";

    public override bool IsSse => true;

    public override bool IsChatCompletions => true;

    public override string StreamContentType => "text/event-stream; charset=utf-8";

    public override string BodyContentType => JsonContentType;

    public override FrameKind LastFrame => FrameKind.Terminator;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => [.. "data: "u8, .. payload, .. "\n\n"u8];

    public override string ErrorBody(int status, string? message = null, string? code = null) => status switch
    {
        401 => Error(message ?? "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.", code: code ?? "invalid_api_key"),
        403 => Error(message ?? "You are not allowed to use this model.", code: code ?? "permission_denied"),
        404 => Error(message ?? "The model `emulated` does not exist or you do not have access to it.", code: code ?? "model_not_found"),
        413 => Error(message ?? "The request is too large.", code: code ?? "request_too_large"),
        429 => Error(message ?? "Rate limit reached for requests.", "requests", code ?? "rate_limit_exceeded"),
        503 or 529 => Error(message ?? "The engine is currently overloaded, please try again later.", "server_error", code ?? "server_is_overloaded"),
        >= 500 or 200 => Error(message ?? "The server had an error while processing your request. Sorry about that!", "server_error", code),
        _ => Error(message ?? "The request is invalid.", code: code),
    };

    public override string StreamError(string? message, string? code) => ErrorBody(500, message, code);

    public static string Error(string message, string type = "invalid_request_error", string? code = null, string? param = null) =>
        $"{{\"error\":{{\"message\":{JsonText.Quote(message)},\"type\":{JsonText.Quote(type)},\"param\":{JsonText.Quote(param)},\"code\":{JsonText.Quote(code)}}}}}";
}
