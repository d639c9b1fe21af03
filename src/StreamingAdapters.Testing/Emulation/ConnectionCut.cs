namespace StreamingAdapters.Testing;

/// <summary>How a server cuts an answer off.</summary>
public enum ConnectionCut
{
    /// <summary>The body ends in order with its last HTTP chunk; only the protocol's own end is missing.</summary>
    EndOfBody,

    /// <summary>The connection is closed (FIN) without the last HTTP chunk.</summary>
    Close,

    /// <summary>The connection is reset (RST).</summary>
    Reset,
}
