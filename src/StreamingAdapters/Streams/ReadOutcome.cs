namespace StreamingAdapters.Streams;

/// <summary>How a wait of an <see cref="UpdateReader"/> ended.</summary>
internal enum ReadOutcome
{
    /// <summary>There is an update.</summary>
    Update,

    /// <summary>The stream is over.</summary>
    End,

    /// <summary>Somebody ended the wait, or the caller cancelled; the read goes on and the next wait takes it up.</summary>
    Interrupted,
}
