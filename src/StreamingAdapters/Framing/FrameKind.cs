namespace StreamingAdapters.Framing;

/// <summary>How the bytes of a frame were marked on the wire.</summary>
internal enum FrameKind
{
    /// <summary>An SSE event's data, or an NDJSON record.</summary>
    Data,

    /// <summary>The value of an SSE line whose field name is <c>error</c> (older llama.cpp servers, GPUStack).</summary>
    ErrorField,

    /// <summary>JSON without any field name where SSE was expected: an error, or an answer that was not streamed.</summary>
    Bare,
}
