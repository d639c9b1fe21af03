using StreamingAdapters.Settings;

namespace StreamingAdapters.Fallback;

/// <summary>How the fallback stage treats models that refuse to stream.</summary>
public sealed class StreamingFallbackOptions : IStageOptions
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long a model that refused is asked for whole answers at once, before streaming is tried again.</summary>
    /// <value>One hour by default; longer than zero and at most 365 days.</value>
    public TimeSpan RefusalLifetime { get; set; } = TimeSpan.FromHours(1);

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<TimeSpan>(nameof(RefusalLifetime), value => RefusalLifetime = value);
    }

    void IStageOptions.Validate(SettingsFailures failures) => failures.Require(
        RefusalLifetime > TimeSpan.Zero && RefusalLifetime <= LongestLifetime,
        nameof(RefusalLifetime),
        RefusalLifetime,
        "it has to be longer than zero and at most 365 days");
}
