using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>One frame of an answer: a JSON payload that the protocol wraps, or raw bytes that go out as they are.</summary>
internal sealed record Frame(FrameKind Kind, byte[] Payload, bool IsRaw = false)
{
    public Frame(FrameKind kind, string payload, bool isRaw = false)
        : this(kind, Encoding.UTF8.GetBytes(payload), isRaw)
    {
    }

    /// <summary>Whether the frame counts as a chunk: it carries content.</summary>
    public bool IsChunk => Kind is FrameKind.Reasoning or FrameKind.Text or FrameKind.ToolCall;

    public static Frame Raw(string bytes) => new(FrameKind.Noise, bytes, isRaw: true);
}
