using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>When a route is left alone, by route and model.</summary>
/// <remarks>Circuits outlive changes of the configuration; a change of these values waits for a restart.</remarks>
public sealed class RecoveryCircuitOptions : IStageOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether there are circuits.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The share of attempts that has to fail for the circuit to open.</summary>
    /// <value>
    /// 0.5 by default; above 0, at most 1. An answer that breaks off counts twice, as a beginning that succeeded and as a failure. An attempt that another outran, or that the caller gave up, counts as no failure.
    /// </value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How many attempts there have to be within <see cref="SamplingDuration"/> before the share counts.</summary>
    /// <value>5 by default; at least 2.</value>
    public int MinimumThroughput { get; set; } = 5;

    /// <summary>How far back attempts count.</summary>
    /// <value>One minute by default; from 0.5 s to one day.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the circuit stays open; then one attempt tries the route.</summary>
    /// <value>30 s by default; from 0.5 s to one day.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a route is left alone that refuses the key, the account or the model, where it does not say how long.</summary>
    /// <value>One minute by default; from 0.5 s to one day. <see cref="RecoveryCircuits.Reset"/> ends it earlier.</value>
    public TimeSpan RefusalDuration { get; set; } = TimeSpan.FromMinutes(1);

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<double>(nameof(FailureRatio), value => FailureRatio = value);
        section.Value<int>(nameof(MinimumThroughput), value => MinimumThroughput = value);
        section.Value<TimeSpan>(nameof(SamplingDuration), value => SamplingDuration = value);
        section.Value<TimeSpan>(nameof(BreakDuration), value => BreakDuration = value);
        section.Value<TimeSpan>(nameof(RefusalDuration), value => RefusalDuration = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(FailureRatio is > 0 and <= 1, nameof(FailureRatio), FailureRatio, "it has to be above 0 and at most 1");
        failures.Require(MinimumThroughput >= 2, nameof(MinimumThroughput), MinimumThroughput, "it has to be at least 2");
        CheckTime(failures, nameof(SamplingDuration), SamplingDuration);
        CheckTime(failures, nameof(BreakDuration), BreakDuration);
        CheckTime(failures, nameof(RefusalDuration), RefusalDuration);
    }

    internal RecoveryCircuitOptions Copy() => (RecoveryCircuitOptions)MemberwiseClone();

    private static void CheckTime(SettingsFailures failures, string name, TimeSpan time) =>
        failures.Require(time >= Shortest && time <= Longest, name, time, "it has to be from 0.5 s to one day");
}
