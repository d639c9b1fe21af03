using StreamingAdapters.Settings;

namespace StreamingAdapters.Timeouts;

/// <summary>The clocks of the timeout stage; each runs only while the stage waits for its inner client, never while the consumer works.</summary>
public sealed class StreamingTimeoutOptions : IStageOptions
{
    private const string Rule = "it has to be longer than zero and at most 24 days; null switches the clock off";

    // What a timer can wait for.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The longest wait for the first content.</summary>
    /// <value>5 minutes by default, since a local server loads a large model before its first word; null for no limit.</value>
    public TimeSpan? FirstContent { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait from one content to the next, and from the last to the end.</summary>
    /// <value>2 minutes by default: a model that thinks without showing it, or a proxy that holds a page back, is slow and not dead; null for no limit.</value>
    /// <remarks>Keep-alives, roles, usage and empty updates are no content and reset nothing.</remarks>
    public TimeSpan? Idle { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait for the whole answer, with and without streaming.</summary>
    /// <value>Null by default, no limit: how long an answer may take depends on how long it is.</value>
    public TimeSpan? Total { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Optional<TimeSpan>(nameof(FirstContent), value => FirstContent = value);
        section.Optional<TimeSpan>(nameof(Idle), value => Idle = value);
        section.Optional<TimeSpan>(nameof(Total), value => Total = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        Check(failures, nameof(FirstContent), FirstContent);
        Check(failures, nameof(Idle), Idle);
        Check(failures, nameof(Total), Total);
    }

    private static void Check(SettingsFailures failures, string name, TimeSpan? limit) =>
        failures.Require(limit is null || (limit > TimeSpan.Zero && limit <= Longest), name, limit, Rule);
}
