using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A fault of a server in the middle of its answer, by name: what it is, and which failure.</summary>
/// <param name="Fault">What the server does.</param>
/// <param name="Kind">What the failure is.</param>
internal sealed record GatewayBreak(ServerFault Fault, ChatErrorKind Kind)
{
    public static IReadOnlyList<string> Names { get; } = ["error", "end of the body", "close", "malformed frame"];

    public static GatewayBreak Named(string name, int afterChunks) => name switch
    {
        "error" => new(ServerFault.StreamError(afterChunks), ChatErrorKind.ServerError),
        "end of the body" => new(ServerFault.Cut(afterChunks), ChatErrorKind.Truncated),
        "close" => new(ServerFault.Cut(afterChunks, ConnectionCut.Close), ChatErrorKind.Truncated),
        _ => new(ServerFault.MalformedFrame(afterChunks), ChatErrorKind.MalformedStream),
    };
}
