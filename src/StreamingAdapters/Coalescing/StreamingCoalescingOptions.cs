using System.Globalization;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Coalescing;

/// <summary>When the coalescing stage hands out what it merges.</summary>
public sealed class StreamingCoalescingOptions : IStageOptions
{
    private const int MostCharacters = 65_536;

    // What a timer can wait for.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long text is held, from the first update that is; what a screen redraws for needs no shorter distance.</summary>
    /// <value>50 milliseconds by default; null to hold until there is a whole <see cref="Unit"/>, the limit of characters, another content or the end.</value>
    public TimeSpan? Interval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much text is held at most.</summary>
    /// <value>4,096 characters of UTF-16 by default, up to 65,536.</value>
    public int MaxCharacters { get; set; } = 4096;

    /// <summary>What is handed out as soon as it is whole.</summary>
    /// <value><see cref="CoalescingUnit.None"/> by default. What is no whole unit when the interval is over is handed out too; with an interval of null it waits.</value>
    public CoalescingUnit Unit { get; set; }

    /// <summary>Whether the answer's first content passes at once, whatever the unit.</summary>
    /// <value>True by default; false for code that has to see whole units from the beginning.</value>
    public bool PassesFirstContent { get; set; } = true;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Optional<TimeSpan>(nameof(Interval), value => Interval = value);
        section.Value<int>(nameof(MaxCharacters), value => MaxCharacters = value);
        section.Member<CoalescingUnit>(nameof(Unit), value => Unit = value);
        section.Value<bool>(nameof(PassesFirstContent), value => PassesFirstContent = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(
            Interval is null || (Interval > TimeSpan.Zero && Interval <= Longest), nameof(Interval), Interval,
            "it has to be longer than zero and at most 24 days; null switches the clock off");
        failures.Require(
            MaxCharacters is > 0 and <= MostCharacters, nameof(MaxCharacters), MaxCharacters,
            string.Create(CultureInfo.InvariantCulture, $"it has to be at least 1 and at most {MostCharacters}"));
        failures.Require(Enum.IsDefined(Unit), nameof(Unit), Unit, $"it has to be one of {string.Join(", ", Enum.GetNames<CoalescingUnit>())}");
    }
}
