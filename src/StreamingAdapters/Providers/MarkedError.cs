using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Providers;

/// <summary>Frames that the server marks as an error, by the event's name or by the field <c>error:</c>: JSON, or plain words.</summary>
internal static class MarkedError
{
    /// <summary>Whether the frame is marked.</summary>
    public static bool Is(in Frame frame) => frame.Kind == FrameKind.ErrorField || frame.EventName.Span.SequenceEqual("error"u8);

    /// <summary>What it says.</summary>
    /// <exception cref="JsonException">It is the last, without its end, and no whole JSON: a cut, then, and no error.</exception>
    public static ProviderError Parse(in Frame frame)
    {
        if (frame.IsTerminated)
        {
            return ProviderErrorParser.Parse(frame.Data);
        }

        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);
        return ProviderErrorParser.Parse(JsonSlice.Whole(data).GetElement(data));
    }
}
