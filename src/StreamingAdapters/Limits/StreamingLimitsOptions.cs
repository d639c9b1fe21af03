using System.Threading.RateLimiting;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Limits;

/// <summary>How much an answer may be, and how many calls may run and begin.</summary>
/// <remarks>In a configured pipeline the counts of calls outlive changes of the configuration, as long as the values of their own limit stay the same.</remarks>
public sealed class StreamingLimitsOptions : IStageOptions
{
    private const string AtLeastOne = "it has to be at least 1; null switches the limit off";
    private const int MostRequests = 1_000_000;

    // What a timer can wait for.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How many bytes of content an answer may have.</summary>
    /// <value>1,048,576 by default (1 MiB); null for no limit.</value>
    /// <remarks>
    /// Counted are the bytes of UTF-8 of text, of reasoning with its protected data, of names and arguments of tool calls (keys and values, or their raw text), of results of tools that
    /// the provider ran, of refusals, and the bytes of data such as images. Ids, usage, annotations, properties and addresses are not.
    /// </remarks>
    public long? MaxBytes { get; set; } = 1_048_576;

    /// <summary>How many updates an answer may have, empty ones and the one that ends it included.</summary>
    /// <value>Null by default, no limit. Without streaming there are no updates, and nothing is counted.</value>
    public int? MaxChunks { get; set; }

    /// <summary>How many calls may run at once, each from its first read to its end.</summary>
    /// <value>Null by default, no limit.</value>
    public int? MaxConcurrency { get; set; }

    /// <summary>How many calls may begin within any <see cref="Period"/>; the window slides.</summary>
    /// <value>Null by default, no limit; at most 1,000,000. An attempt that recovery makes is no call of its own.</value>
    public int? MaxRequests { get; set; }

    /// <summary>The time that <see cref="MaxRequests"/> counts over.</summary>
    /// <value>One minute by default; up to 24 days.</value>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many calls may wait at each of the two limits on calls, the oldest first; one more is refused.</summary>
    /// <value>0 by default: none waits. The caller's token ends a wait, and no clock: set a timeout on the token.</value>
    public int QueueLimit { get; set; }

    /// <summary>A limiter of the application's own, asked for one permit a call behind the other limits.</summary>
    /// <value>Null by default. Only in code; it has its own queue and is never disposed by this library.</value>
    public RateLimiter? RateLimiter { get; set; }

    /// <summary>Whether an answer ends that says the same again and again.</summary>
    /// <value>The defaults: it does not.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LimitsRepetitionOptions Repetition { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>Whether there is nothing to limit.</summary>
    internal bool IsNothing =>
        this is { MaxBytes: null, MaxChunks: null, MaxConcurrency: null, MaxRequests: null, RateLimiter: null, Repetition.Enabled: false };

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Optional<long>(nameof(MaxBytes), value => MaxBytes = value);
        section.Optional<int>(nameof(MaxChunks), value => MaxChunks = value);
        section.Optional<int>(nameof(MaxConcurrency), value => MaxConcurrency = value);
        section.Optional<int>(nameof(MaxRequests), value => MaxRequests = value);
        section.Value<TimeSpan>(nameof(Period), value => Period = value);
        section.Value<int>(nameof(QueueLimit), value => QueueLimit = value);
        section.Section(nameof(Repetition), Repetition);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(MaxBytes is null or >= 1, nameof(MaxBytes), MaxBytes, AtLeastOne);
        failures.Require(MaxChunks is null or >= 1, nameof(MaxChunks), MaxChunks, AtLeastOne);
        failures.Require(MaxConcurrency is null or >= 1, nameof(MaxConcurrency), MaxConcurrency, AtLeastOne);
        failures.Require(MaxRequests is null or (>= 1 and <= MostRequests), nameof(MaxRequests), MaxRequests, $"it has to be from 1 to {MostRequests}; null switches the limit off");
        failures.Require(Period > TimeSpan.Zero && Period <= Longest, nameof(Period), Period, "it has to be longer than zero and at most 24 days");
        failures.Require(QueueLimit >= 0, nameof(QueueLimit), QueueLimit, "it has to be at least 0");
        ((IStageOptions)Repetition).Validate(failures.In(nameof(Repetition)));
    }

    /// <summary>The options as they stand now.</summary>
    internal StreamingLimitsOptions Copy()
    {
        var copy = (StreamingLimitsOptions)MemberwiseClone();
        copy.Repetition = Repetition.Copy();
        return copy;
    }
}
