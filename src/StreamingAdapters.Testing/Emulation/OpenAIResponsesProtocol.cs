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

    // The event's name repeats the payload's type.
    public override byte[] Wrap(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> member = "\"type\":\""u8;
        int start = payload.IndexOf(member) + member.Length;
        int length = start < member.Length ? -1 : payload[start..].IndexOf((byte)'"');
        return length < 0
            ? [.. "data: "u8, .. payload, .. "\n\n"u8]
            : [.. "event: "u8, .. payload.Slice(start, length), .. "\ndata: "u8, .. payload, .. "\n\n"u8];
    }

    public override string ErrorBody(int status, string? message = null, string? code = null) => OpenAIProtocol.Instance.ErrorBody(status, message, code);

    // As recorded: the error is nested, where the documentation has it flat.
    public override string StreamError(string? message, string? code) => $"{{\"type\":\"error\",\"sequence_number\":2,{ErrorBody(500, message, code)[1..]}";
}
