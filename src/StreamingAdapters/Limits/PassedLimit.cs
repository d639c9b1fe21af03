namespace StreamingAdapters.Limits;

/// <summary>The limit that an answer passed.</summary>
internal enum PassedLimit
{
    Bytes,
    Chunks,
    Repetition,
}
