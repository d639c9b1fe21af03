using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Routing;

/// <summary>A route's continuation token, with the route: whoever made the answer has to go on with it.</summary>
/// <param name="Route">The route's name.</param>
/// <param name="Token">The token that its client made.</param>
internal sealed record RoutedToken(string Route, ResponseContinuationToken Token)
{
    // The version of the token's shape is part of its beginning.
    private static ReadOnlySpan<byte> Magic => "streaming-adapters/route/1 "u8;

    /// <summary>Reads a token that an update carried; null for one that no router made.</summary>
    public static RoutedToken? Parse(ResponseContinuationToken? token)
    {
        ReadOnlySpan<byte> bytes = token is null ? default : token.ToBytes().Span;
        if (!bytes.StartsWith(Magic) || bytes[Magic.Length..].IndexOf((byte)' ') is not (>= 0 and var space))
        {
            return null;
        }

        ReadOnlySpan<byte> name = bytes.Slice(Magic.Length, space);
        if (!Base64Url.IsValid(name))
        {
            return null;
        }

        string route = Encoding.UTF8.GetString(Base64Url.DecodeFromUtf8(name));
        return new RoutedToken(route, ResponseContinuationToken.FromBytes(bytes[(Magic.Length + space + 1)..].ToArray()));
    }

    /// <summary>The token for an update to carry.</summary>
    public ResponseContinuationToken ToToken()
    {
        byte[] route = Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Route)));
        return ResponseContinuationToken.FromBytes((byte[])[.. Magic, .. route, (byte)' ', .. Token.ToBytes().Span]);
    }
}
