namespace StreamingAdapters.Recovery;

/// <summary>Where recovery may go when a route failed before anything was handed out.</summary>
public enum FailoverRule
{
    /// <summary>Nowhere: another route would fail alike, or must not be asked.</summary>
    Never = 0,

    /// <summary>To the next route.</summary>
    Next = 1,

    /// <summary>To the next route, once in a call.</summary>
    Once = 2,

    /// <summary>To the next route whose <see cref="RecoveryRoute.ContextLength"/> is larger.</summary>
    LargerContext = 3,
}
