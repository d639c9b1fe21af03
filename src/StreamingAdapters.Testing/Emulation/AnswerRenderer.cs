using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>Writes one answer in a protocol's JSON.</summary>
internal abstract class AnswerRenderer
{
    /// <summary>The frames of the streamed answer, made while they are taken.</summary>
    public abstract IEnumerable<Frame> Frames();

    /// <summary>The body of the same answer when it is not streamed.</summary>
    public abstract string Body();

    /// <summary>The payload of a text frame; the text is JSON's inside of a string, already escaped.</summary>
    public abstract string TextPayload(string escapedText);

    public byte[] TextPayload(ReadOnlySpan<byte> escapedText)
    {
        const string Mark = "\u0001";
        string payload = TextPayload(Mark);
        int at = payload.IndexOf(Mark, StringComparison.Ordinal);
        return [.. Encoding.UTF8.GetBytes(payload[..at]), .. escapedText, .. Encoding.UTF8.GetBytes(payload[(at + 1)..])];
    }
}
