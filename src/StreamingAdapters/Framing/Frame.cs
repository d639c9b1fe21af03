namespace StreamingAdapters.Framing;

/// <summary>One SSE item or one NDJSON record, as bytes of the reader's buffer: valid until the reader's next call.</summary>
/// <param name="Data">The bytes, without framing.</param>
/// <param name="EventName">The SSE event name; empty when there is none.</param>
/// <param name="Kind">How the bytes were marked.</param>
/// <param name="IsTerminated">False when the body ended before the frame did: what cannot be parsed then is a cut, not a protocol error.</param>
internal readonly record struct Frame(ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> EventName, FrameKind Kind, bool IsTerminated);
