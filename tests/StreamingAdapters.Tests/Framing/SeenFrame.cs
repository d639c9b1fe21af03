using System.Text;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Tests.Framing;

/// <summary>A frame as text, kept beyond the reader's next call.</summary>
internal sealed record SeenFrame(string Data, string EventName = "", FrameKind Kind = FrameKind.Data, bool IsTerminated = true)
{
    public static SeenFrame Of(in Frame frame) =>
        new(Encoding.UTF8.GetString(frame.Data.Span), Encoding.UTF8.GetString(frame.EventName.Span), frame.Kind, frame.IsTerminated);

    /// <summary>Everything a reader gives, read as its contract says.</summary>
    public static async Task<List<SeenFrame>> AllAsync(FrameReader reader)
    {
        List<SeenFrame> frames = [];
        bool more = true;
        while (more)
        {
            TakeInto(frames, reader);
            more = await reader.FillAsync(CancellationToken.None);
        }

        TakeInto(frames, reader);
        return frames;
    }

    private static void TakeInto(List<SeenFrame> frames, FrameReader reader)
    {
        while (reader.TryRead(out Frame frame))
        {
            frames.Add(Of(in frame));
        }
    }
}
