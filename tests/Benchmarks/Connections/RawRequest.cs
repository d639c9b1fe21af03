using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Connections;

/// <summary>Reads a request away.</summary>
internal static class RawRequest
{
    /// <returns>False when the client closed the connection.</returns>
    public static async Task<bool> ReadAsync(Socket socket, byte[] buffer)
    {
        int received = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(received));
            if (read == 0)
            {
                return false;
            }

            received += read;
            if (LengthOf(buffer.AsSpan(0, received)) is { } length && received >= length)
            {
                return true;
            }
        }
    }

    private static int? LengthOf(ReadOnlySpan<byte> bytes)
    {
        const string name = "Content-Length: ";
        int headerEnd = bytes.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0)
        {
            return null;
        }

        string header = Encoding.ASCII.GetString(bytes[..headerEnd]);
        int at = header.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        int body = at < 0 ? 0 : int.Parse(header.AsSpan(at + name.Length)[..LineLength(header.AsSpan(at + name.Length))], CultureInfo.InvariantCulture);
        return headerEnd + 4 + body;
    }

    private static int LineLength(ReadOnlySpan<char> rest) => rest.IndexOf('\r') is var end and >= 0 ? end : rest.Length;
}
