using System.Globalization;

namespace StreamingAdapters.Testing;

/// <summary>Gemini: server-sent events with CRLF and no terminator, errors as <c>{"error":{code,message,status}}</c>.</summary>
internal class GeminiProtocol : ServerProtocol
{
    public static GeminiProtocol Instance { get; } = new();

    public override string Name => "Gemini";

    public override bool IsSse => true;

    public override string KeyHeader => "x-goog-api-key";

    public override string StreamContentType => "text/event-stream";

    public override string BodyContentType => "application/json; charset=UTF-8";

    public override FrameKind LastFrame => FrameKind.Finish;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => [.. "data: "u8, .. payload, .. "\r\n\r\n"u8];

    public override string ErrorBody(int status, string? message = null, string? code = null) => status switch
    {
        401 => Error(401, code ?? "UNAUTHENTICATED", message ?? "Request had invalid authentication credentials."),
        403 => Error(403, code ?? "PERMISSION_DENIED", message ?? "The caller does not have permission"),
        404 => Error(404, code ?? "NOT_FOUND", message ?? "models/emulated is not found for API version v1beta."),
        429 => Error(429, code ?? "RESOURCE_EXHAUSTED", message ?? "Resource has been exhausted (e.g. check quota)."),
        503 or 529 => Error(503, code ?? "UNAVAILABLE", message ?? "The model is overloaded. Please try again later."),
        504 => Error(504, code ?? "DEADLINE_EXCEEDED", message ?? "The service is unable to finish processing within the deadline."),
        >= 500 or 200 => Error(500, code ?? "INTERNAL", message ?? "An internal error has occurred."),
        _ => Error(status, code ?? "INVALID_ARGUMENT", message ?? "Request contains an invalid argument."),
    };

    public override string StreamError(string? message, string? code) => ErrorBody(500, message, code);

    private static string Error(int code, string status, string message) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"error\":{{\"code\":{code},\"message\":{JsonText.Quote(message)},\"status\":{JsonText.Quote(status)}}}}}");
}
