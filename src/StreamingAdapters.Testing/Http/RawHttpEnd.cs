namespace StreamingAdapters.Testing;

/// <summary>What a <see cref="RawHttpServer"/> does behind the bytes of a response.</summary>
public enum RawHttpEnd
{
    /// <summary>It closes its side of the connection (FIN) and waits for the client's close.</summary>
    Close,

    /// <summary>It resets the connection (RST).</summary>
    Reset,

    /// <summary>It sends nothing more and waits for the client's close.</summary>
    Silence,
}
