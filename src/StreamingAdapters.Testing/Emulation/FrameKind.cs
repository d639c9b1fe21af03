namespace StreamingAdapters.Testing;

/// <summary>What a frame carries, in the order in which an answer has them.</summary>
internal enum FrameKind
{
    Preamble,
    Reasoning,
    Text,
    ToolCall,
    Noise,
    Finish,
    Usage,
    Terminator,
}
