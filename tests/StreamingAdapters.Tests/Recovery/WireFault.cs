using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>What goes wrong on the wire, behind the first bytes of a body or in its place.</summary>
/// <param name="Name">What the test says.</param>
/// <param name="Answer">Makes the response of the decoder's protocol and the bytes that come.</param>
/// <param name="IsInBody">Whether it can stand behind any byte of the body.</param>
internal sealed record WireFault(string Name, Func<string, ReadOnlyMemory<byte>, HttpResponseMessage> Answer, bool IsInBody)
{
    /// <summary>The body ends; with all of its bytes, in health.</summary>
    public static WireFault End { get; } = new("end", (decoder, body) => Ok(decoder, body, new SplitStream(body, Splits.Whole())), IsInBody: true);

    public static WireFault Reset { get; } =
        new("reset", (decoder, body) => Ok(decoder, body, new BrokenStream(body, _ => throw new IOException("broken", new SocketException((int)SocketError.ConnectionReset)))), IsInBody: true);

    public static WireFault Silence { get; } = new("silence", (decoder, body) => Ok(decoder, body, new BrokenStream(body, WaitAsync)), IsInBody: true);

    public static IReadOnlyList<WireFault> All { get; } =
    [
        End,
        Reset,
        Silence,
        new("malformed", (decoder, body) => Followed(decoder, body, """{"broken"""), IsInBody: true),
        new("error", (decoder, body) => Followed(decoder, body, WireProtocol.Of(decoder).ErrorFrame), IsInBody: true),
        new("429", (_, _) => Status(HttpStatusCode.TooManyRequests), IsInBody: false),
        new("500", (_, _) => Status(HttpStatusCode.InternalServerError), IsInBody: false),
        new("503", (_, _) => Status(HttpStatusCode.ServiceUnavailable), IsInBody: false),
        new("refused", (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused)), IsInBody: false),
    ];

    // Behind the line that was cut, as a frame of its own.
    private static HttpResponseMessage Followed(string decoder, ReadOnlyMemory<byte> body, string frame)
    {
        byte[] tail = Encoding.UTF8.GetBytes(WireProtocol.Of(decoder).Wrap(frame));
        return Ok(decoder, body, new SplitStream((byte[])[.. body.Span, .. tail], Splits.Whole()));
    }

    private static HttpResponseMessage Ok(string decoder, ReadOnlyMemory<byte> bytes, Stream body)
    {
        var content = new StreamContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(WireProtocol.Of(decoder).MediaType(bytes));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static HttpResponseMessage Status(HttpStatusCode status) => new(status) { Content = new StringContent("""{"error":"no"}""") };

    private static async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        var silence = new TaskCompletionSource<int>();
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => silence.TrySetCanceled(cancellationToken), null);
        return await silence.Task;
    }

    private sealed class BrokenStream(ReadOnlyMemory<byte> bytes, Func<CancellationToken, ValueTask<int>> atEnd) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _rest = bytes;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.IsEmpty)
            {
                return atEnd(cancellationToken);
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return new(count);
        }
    }
}
