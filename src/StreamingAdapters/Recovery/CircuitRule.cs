namespace StreamingAdapters.Recovery;

/// <summary>What a failure means for the circuit of its route and model.</summary>
public enum CircuitRule
{
    /// <summary>Nothing: it says something about the request, not about the route.</summary>
    Ignores = 0,

    /// <summary>It counts as a failure; many of them open the circuit.</summary>
    Counts = 1,

    /// <summary>The route is left alone until its retry hint; without a hint it counts for nothing.</summary>
    CoolsDown = 2,

    /// <summary>The circuit opens at once, until the retry hint or for <see cref="RecoveryCircuitOptions.RefusalDuration"/>.</summary>
    Opens = 3,
}
