namespace StreamingAdapters.Testing;

/// <summary>How a connection of a <see cref="RawHttpServer"/> ended.</summary>
public enum RawHttpClose
{
    /// <summary>The client closed it in order (FIN).</summary>
    ClientClosed,

    /// <summary>The client reset it (RST), as a socket does that is closed with unread bytes.</summary>
    ClientReset,

    /// <summary>The server ended it first, by its own reset or its disposal.</summary>
    ServerEnded,
}
