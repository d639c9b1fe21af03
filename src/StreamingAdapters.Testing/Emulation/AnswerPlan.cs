using System.Globalization;
using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>Everything a server will do for one request; a fault changes it before anything is sent.</summary>
internal sealed class AnswerPlan(ServerProtocol protocol)
{
    public ServerProtocol Protocol => protocol;

    /// <summary>Renders single frames of this answer; <see langword="null"/> when the plan is an error or no chat at all.</summary>
    public AnswerRenderer? Renderer { get; init; }

    public int Status { get; set; } = 200;

    public string ContentType { get; set; } = ServerProtocol.JsonContentType;

    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>The whole body, when it is not streamed.</summary>
    public byte[]? Body { get; set; }

    public IEnumerable<Frame> Frames { get; set; } = [];

    /// <summary>Cuts and changes bytes after framing.</summary>
    public Func<IEnumerable<WirePiece>, IEnumerable<WirePiece>>? Reshape { get; private set; }

    public AnswerEnd End { get; set; }

    /// <summary>When set, not one byte is answered, not even headers.</summary>
    public AnswerEnd? BeforeHeaders { get; set; }

    /// <summary>How much later than the request the headers are sent.</summary>
    public TimeSpan HeadersDelay { get; set; }

    /// <summary>How much later than what comes before it the first chunk is sent.</summary>
    public TimeSpan FirstChunkDelay { get; set; }

    public bool IsStreamed => Body is null;

    public static AnswerPlan Json(ServerProtocol protocol, string body, int status = 200) =>
        new(protocol) { Status = status, Body = Encoding.UTF8.GetBytes(body), ContentType = protocol.BodyContentType };

    public void Fail(int status, string body)
    {
        Status = status;
        ContentType = protocol.BodyContentType;
        Body = Encoding.UTF8.GetBytes(body);
    }

    public void AskToRetryAfter(TimeSpan delay) =>
        Headers["Retry-After"] = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    public void Shape(Func<IEnumerable<WirePiece>, IEnumerable<WirePiece>> shape) =>
        Reshape = Reshape is { } first ? pieces => shape(first(pieces)) : shape;

    public IEnumerable<WirePiece> Pieces()
    {
        IEnumerable<WirePiece> pieces = Body is { } body
            ? [new WirePiece(body, IsChunk: false)]
            : Frames.Select(frame => new WirePiece(frame.IsRaw ? frame.Payload : protocol.Wrap(frame.Payload), frame.IsChunk));
        return Reshape is null ? pieces : Reshape(pieces);
    }
}
