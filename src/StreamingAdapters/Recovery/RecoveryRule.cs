using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>What recovery does about failures of one <see cref="ChatErrorKind"/>.</summary>
public sealed record RecoveryRule
{
    /// <summary>How often the same route is asked again before the answer begins.</summary>
    /// <value>0 by default.</value>
    /// <remarks>
    /// Where the failure itself says otherwise (<see cref="ChatAdapterException.IsTransient"/>), it has the word: one that is not transient is not repeated, and
    /// one that is transient is repeated once at least.
    /// </remarks>
    public int Retries { get; init; }

    /// <summary>Where recovery may go instead.</summary>
    /// <value><see cref="FailoverRule.Never"/> by default.</value>
    public FailoverRule Failover { get; init; }

    /// <summary>Whether another route, where there is one, is asked before the same route is asked again.</summary>
    /// <value>False by default.</value>
    public bool PrefersFailover { get; init; }

    /// <summary>Whether an answer that had begun may be continued, where continuation is switched on.</summary>
    /// <value>False by default.</value>
    public bool Continues { get; init; }

    /// <summary>What the failure means for the circuit of its route.</summary>
    /// <value><see cref="CircuitRule.Ignores"/> by default.</value>
    public CircuitRule Circuit { get; init; }
}
