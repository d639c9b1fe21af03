using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A fault of a server before its answer's first content, by name: what it is, and how often its route is asked again.</summary>
/// <param name="Fault">What the server does.</param>
/// <param name="Kind">What the failure is.</param>
/// <param name="Retries">How often the same route is asked again.</param>
internal sealed record GatewayFault(ServerFault Fault, ChatErrorKind Kind, int Retries)
{
    private static readonly Dictionary<string, GatewayFault> All = new(StringComparer.Ordinal)
    {
        ["429, come back in 7 s"] = new(ServerFault.Status(429, TimeSpan.FromSeconds(7)), ChatErrorKind.RateLimited, Retries: 0),
        ["500"] = new(ServerFault.Status(500), ChatErrorKind.ServerError, Retries: 2),
        ["503"] = new(ServerFault.Status(503), ChatErrorKind.Overloaded, Retries: 3),
        ["error as first event"] = new(ServerFault.StreamError(0), ChatErrorKind.ServerError, Retries: 2),
        ["cut before content"] = new(ServerFault.Cut(0), ChatErrorKind.Truncated, Retries: 2),
        ["reset before headers"] = new(ServerFault.DeadConnection(ConnectionCut.Reset), ChatErrorKind.Network, Retries: 2),
        ["malformed first frame"] = new(ServerFault.MalformedFrame(0), ChatErrorKind.MalformedStream, Retries: 1),
        ["empty 200"] = new(ServerFault.EmptyBody(), ChatErrorKind.Truncated, Retries: 2),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static GatewayFault Named(string name) => All[name];
}
