namespace StreamingAdapters.Testing;

/// <summary>OpenAI's Responses: named server-sent events; errors with a status as chat completions have them.</summary>
internal sealed class OpenAIResponsesProtocol : ServerProtocol
{
    public static OpenAIResponsesProtocol Instance { get; } = new();

    public override string Name => "OpenAI Responses";

    public override bool IsSse => true;

    public override string StreamContentType => "text/event-stream; charset=utf-8";

    public override string BodyContentType => JsonContentType;

    public override FrameKind LastFrame => FrameKind.Finish;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => NamedEvents.Wrap(payload);

    public override string ErrorBody(int status, string? message = null, string? code = null) => OpenAIProtocol.Instance.ErrorBody(status, message, code);

    // As recorded: the error is nested, where the documentation has it flat.
    public override string StreamError(string? message, string? code) => $"{{\"type\":\"error\",\"sequence_number\":2,{ErrorBody(500, message, code)[1..]}";
}
