using StreamingAdapters.Settings;

namespace StreamingAdapters.Limits;

/// <summary>When an answer has said the same too often: a model that is caught in a loop writes the same passage until something ends it.</summary>
/// <remarks>
/// Only exact repeats in a row count, of passages of up to 1,024 characters, in text and in reasoning each by itself. A table, a list or code that begins its lines alike does not.
/// </remarks>
public sealed class LimitsRepetitionOptions : IStageOptions
{
    private const int MostRepetitions = 1_000;

    /// <summary>Whether repeats are looked for.</summary>
    /// <value>False by default: an answer may be asked to repeat itself. 12 KB for each answer, and a few nanoseconds for each character.</value>
    public bool Enabled { get; set; }

    /// <summary>The shortest passage, in characters of UTF-16; a shorter one counts once for as often as it takes to fill this length.</summary>
    /// <value>32 by default, so that a line of dashes is no loop; from 2 to 1,024.</value>
    public int Length { get; set; } = 32;

    /// <summary>How often the passage has to stand in a row for the answer to end.</summary>
    /// <value>8 by default; from 2 to 1,000.</value>
    public int Repetitions { get; set; } = 8;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<int>(nameof(Length), value => Length = value);
        section.Value<int>(nameof(Repetitions), value => Repetitions = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Length is >= 2 and <= RepetitionFinder.LongestPassage, nameof(Length), Length, $"it has to be from 2 to {RepetitionFinder.LongestPassage}");
        failures.Require(Repetitions is >= 2 and <= MostRepetitions, nameof(Repetitions), Repetitions, $"it has to be from 2 to {MostRepetitions}");
    }

    internal LimitsRepetitionOptions Copy() => (LimitsRepetitionOptions)MemberwiseClone();
}
