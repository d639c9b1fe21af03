namespace StreamingAdapters.Testing;

/// <summary>Bytes that are written and flushed at once.</summary>
internal readonly record struct WirePiece(byte[] Bytes, bool IsChunk);
