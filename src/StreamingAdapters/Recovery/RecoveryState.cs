namespace StreamingAdapters.Recovery;

/// <summary>What outlives a pipeline: circuits, first-content times and budgets.</summary>
internal sealed class RecoveryState
{
    // What was not used in quiet times is not all spent in one bad minute.
    private const int MaxHedgeTokens = 10;

    public RecoveryState(StreamingRecoveryOptions options, TimeProvider timeProvider)
    {
        Healths = new RouteHealths(options.Circuit.Copy(), timeProvider);
        Circuits = new RecoveryCircuits(Healths);
        RetryTokens = options.RetryTokens is { } tokens ? new TokenBudget(tokens, tokens, options.RetryTokensPerAnswer) : null;
        HedgeTokens = new TokenBudget(MaxHedgeTokens, start: 0, options.Hedging.Budget);
    }

    public RouteHealths Healths { get; }

    public RecoveryCircuits Circuits { get; }

    /// <summary>What retries are paid from; null for no limit.</summary>
    public TokenBudget? RetryTokens { get; }

    /// <summary>What hedges are paid from.</summary>
    public TokenBudget HedgeTokens { get; }
}
