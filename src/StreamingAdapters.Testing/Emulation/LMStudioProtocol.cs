namespace StreamingAdapters.Testing;

/// <summary>LM Studio's own API: named server-sent events, errors as <c>{"error":{type,message,code,param}}</c>.</summary>
internal sealed class LMStudioProtocol : ServerProtocol
{
    public static LMStudioProtocol Instance { get; } = new();

    public override string Name => "LM Studio";

    public override bool IsSse => true;

    public override string StreamContentType => "text/event-stream";

    public override string BodyContentType => JsonContentType;

    public override FrameKind LastFrame => FrameKind.Finish;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => NamedEvents.Wrap(payload);

    public override string ErrorBody(int status, string? message = null, string? code = null) => $"{{\"error\":{Error(status, message, code)}}}";

    public override string StreamError(string? message, string? code) => $"{{\"type\":\"error\",\"error\":{Error(500, message, code)}}}";

    public static string Error(string type, string message, string? code = null, string? param = null)
    {
        string details = (code is null ? "" : $",\"code\":{JsonText.Quote(code)}") + (param is null ? "" : $",\"param\":{JsonText.Quote(param)}");
        return $"{{\"type\":{JsonText.Quote(type)},\"message\":{JsonText.Quote(message)}{details}}}";
    }

    private static string Error(int status, string? message, string? code) => status switch
    {
        404 => Error("model_not_found", message ?? "Model \"emulated\" not found", code),
        501 => Error("not_implemented", message ?? "Not implemented", code),
        >= 500 or 200 => Error("internal_error", message ?? "An internal error has occurred.", code),
        _ => Error("invalid_request", message ?? "The request is invalid.", code),
    };
}
