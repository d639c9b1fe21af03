using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>What faults do to the frames of an answer, lazily. Chunks are the frames with content; what comes before the first is the preamble.</summary>
internal static class FrameSequence
{
    /// <summary>The frames up to and with the given number of chunks, at most all that come before the end.</summary>
    public static IEnumerable<Frame> UpToChunks(this IEnumerable<Frame> frames, int chunks)
    {
        int count = 0;
        foreach (Frame frame in frames)
        {
            if (IsBehind(frame, count, chunks))
            {
                yield break;
            }

            yield return frame;
            count += frame.IsChunk ? 1 : 0;
        }
    }

    /// <summary>Puts frames behind the given number of chunks, at the latest before the end.</summary>
    public static IEnumerable<Frame> InsertAfterChunks(this IEnumerable<Frame> frames, int chunks, params Frame[] inserted)
    {
        int count = 0;
        bool isInserted = false;
        foreach (Frame frame in frames)
        {
            if (!isInserted && IsBehind(frame, count, chunks))
            {
                isInserted = true;
                foreach (Frame other in inserted)
                {
                    yield return other;
                }
            }

            yield return frame;
            count += frame.IsChunk ? 1 : 0;
        }
    }

    /// <summary>Puts one frame in front of every frame.</summary>
    public static IEnumerable<Frame> Interleave(this IEnumerable<Frame> frames, Frame other) => frames.SelectMany(frame => (Frame[])[other, frame]);

    public static IEnumerable<Frame> Rewrite(this IEnumerable<Frame> frames, Func<string, string> rewrite) =>
        frames.Select(frame => frame.IsRaw ? frame : new Frame(frame.Kind, rewrite(Encoding.UTF8.GetString(frame.Payload))));

    private static bool IsBehind(Frame frame, int count, int chunks) =>
        frame.Kind >= FrameKind.Finish || (count >= chunks && frame.Kind is not FrameKind.Preamble);
}
