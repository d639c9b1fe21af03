using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>When a second attempt is started beside one that has no content yet; the first content wins. With streaming alone.</summary>
public sealed class RecoveryHedgingOptions : IStageOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether there is hedging: it costs calls.</summary>
    /// <value>False by default.</value>
    public bool Enabled { get; set; }

    /// <summary>How long the first attempt may be without content.</summary>
    /// <value>Null by default: learned, the <see cref="Quantile"/> of the last 200 times to the first content of the route and model. At most one day.</value>
    public TimeSpan? Delay { get; set; }

    /// <summary>Which quantile is learned.</summary>
    /// <value>0.95 by default; above 0, below 1.</value>
    public double Quantile { get; set; } = 0.95;

    /// <summary>How many times to the first content have to be known before a learned delay counts.</summary>
    /// <value>20 by default; 1 to 200.</value>
    public int MinimumSamples { get; set; } = 20;

    /// <summary>The share of calls that may be hedged; what was not used is kept for ten hedges at most.</summary>
    /// <value>0.05 by default; above 0, at most 1. A call is not hedged before enough calls have been made: at 0.05, twenty.</value>
    /// <remarks>The budget outlives changes of the configuration; a change of this value waits for a restart.</remarks>
    public double Budget { get; set; } = 0.05;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Optional<TimeSpan>(nameof(Delay), value => Delay = value);
        section.Value<double>(nameof(Quantile), value => Quantile = value);
        section.Value<int>(nameof(MinimumSamples), value => MinimumSamples = value);
        section.Value<double>(nameof(Budget), value => Budget = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Delay is null || (Delay >= TimeSpan.Zero && Delay <= Longest), nameof(Delay), Delay, "it has to be from zero to one day; null learns it");
        failures.Require(Quantile is > 0 and < 1, nameof(Quantile), Quantile, "it has to be above 0 and below 1");
        failures.Require(MinimumSamples is >= 1 and <= FirstContentTimes.Capacity, nameof(MinimumSamples), MinimumSamples, $"it has to be from 1 to {FirstContentTimes.Capacity}");
        failures.Require(Budget is > 0 and <= 1, nameof(Budget), Budget, "it has to be above 0 and at most 1");
    }

    internal RecoveryHedgingOptions Copy() => (RecoveryHedgingOptions)MemberwiseClone();
}
