using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Connections;

/// <summary>One answer in the making, in HTTP chunks.</summary>
internal sealed class RawExchange(Socket socket)
{
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    public async Task SendHeadAsync(string mediaType) =>
        await SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n"));

    public async Task SendChunkAsync(ReadOnlyMemory<byte> chunk) => await SendAsync(Frame(chunk));

    public async Task SendLastChunkAsync() => await SendAsync(LastChunk);

    /// <summary>A chunk with its length line, for those who send the same one again and again.</summary>
    public static byte[] Frame(ReadOnlyMemory<byte> chunk) =>
        [.. Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. chunk.Span, .. "\r\n"u8];

    /// <summary>Sends, and sends all of it.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Waits until the client closes the connection, in order or by reset.</summary>
    /// <returns>When that was, as a <see cref="Stopwatch"/> timestamp.</returns>
    public async Task<long> WaitForCloseAsync()
    {
        byte[] buffer = new byte[1];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is a close too.
        }

        return Stopwatch.GetTimestamp();
    }
}
