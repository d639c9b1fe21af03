using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>How the recovery stage meets failures.</summary>
public sealed class StreamingRecoveryOptions : IStageOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How long after the call's beginning a route may still be asked again, the wait for it included.</summary>
    /// <value>
    /// One minute by default; null for no limit. A retry hint that asks for more than is left is not waited for. Another route is asked later too, and each but once: a route that gave no sign for
    /// minutes is what the others are there for. A continuation has a budget of its own, from the break. What bounds the whole is <c>StreamingTimeoutOptions.Total</c>.
    /// </value>
    public TimeSpan? Budget { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait before the first retry where the provider gives no hint; it doubles with each, with jitter.</summary>
    /// <value>500 ms by default.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait without a hint.</summary>
    /// <value>10 s by default.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest hint that is waited for while another route could be asked at once.</summary>
    /// <value>2 s by default.</value>
    public TimeSpan MaxWaitBeforeFailover { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many retries all calls together may make at once: each takes a token, each answer gives back <see cref="RetryTokensPerAnswer"/>.</summary>
    /// <value>20 by default; null for no limit. Without a token a failure is not repeated, so that a server in trouble is not hit harder.</value>
    /// <remarks>The tokens outlive changes of the configuration; a change of this value waits for a restart.</remarks>
    public int? RetryTokens { get; set; } = 20;

    /// <summary>What part of a token an answer gives back.</summary>
    /// <value>0.1 by default: one retry for ten answers, beyond <see cref="RetryTokens"/>. From 0 to 1.</value>
    public double RetryTokensPerAnswer { get; set; } = 0.1;

    /// <summary>What is done about each kind of failure.</summary>
    /// <value>The table of the defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryRules Rules { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>When a route is left alone.</summary>
    /// <value>The defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryCircuitOptions Circuit { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>When a second attempt is started beside a slow one.</summary>
    /// <value>The defaults: never.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryHedgingOptions Hedging { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>Whether an answer that broke off goes on.</summary>
    /// <value>The defaults: it fails.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryContinuationOptions Continuation { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>What is said about the stage's inner client, the first route.</summary>
    /// <value>Nothing by default; its <see cref="RecoveryRoute.Client"/> stays null. In configuration <c>Recovery:Primary:Prefill</c> and so on.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryRoute Primary { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>Where to go when the first route fails, in this order.</summary>
    /// <value>Empty by default. Only in code; a configured pipeline has <see cref="StreamingOptions.Routes"/>.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<RecoveryRoute> Routes { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>Gives the chance behind the jitter, from 0 to below 1.</summary>
    /// <value>Null by default: the system's.</value>
    public Func<double>? Randomizer { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Optional<TimeSpan>(nameof(Budget), value => Budget = value);
        section.Value<TimeSpan>(nameof(Delay), value => Delay = value);
        section.Value<TimeSpan>(nameof(MaxDelay), value => MaxDelay = value);
        section.Value<TimeSpan>(nameof(MaxWaitBeforeFailover), value => MaxWaitBeforeFailover = value);
        section.Optional<int>(nameof(RetryTokens), value => RetryTokens = value);
        section.Value<double>(nameof(RetryTokensPerAnswer), value => RetryTokensPerAnswer = value);
        section.NamedByMember<Errors.ChatErrorKind>(nameof(Rules), Rules.Read);
        section.Section(nameof(Primary), Primary);
        section.Section(nameof(Circuit), Circuit);
        section.Section(nameof(Hedging), Hedging);
        section.Section(nameof(Continuation), Continuation);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Budget is null || IsTime(Budget.Value), nameof(Budget), Budget, "it has to be from zero to one day; null switches the limit off");
        failures.Require(IsTime(Delay), nameof(Delay), Delay, "it has to be from zero to one day");
        failures.Require(IsTime(MaxDelay), nameof(MaxDelay), MaxDelay, "it has to be from zero to one day");
        failures.Require(IsTime(MaxWaitBeforeFailover), nameof(MaxWaitBeforeFailover), MaxWaitBeforeFailover, "it has to be from zero to one day");
        failures.Require(RetryTokens is null or >= 0, nameof(RetryTokens), RetryTokens, "it has to be at least 0; null switches the limit off");
        failures.Require(RetryTokensPerAnswer is >= 0 and <= 1, nameof(RetryTokensPerAnswer), RetryTokensPerAnswer, "it has to be from 0 to 1");
        ((IStageOptions)Primary).Validate(failures.In(nameof(Primary)));
        Rules.Validate(failures.In(nameof(Rules)));
        ((IStageOptions)Circuit).Validate(failures.In(nameof(Circuit)));
        ((IStageOptions)Hedging).Validate(failures.In(nameof(Hedging)));
        ((IStageOptions)Continuation).Validate(failures.In(nameof(Continuation)));
        ValidateRoutes(failures);
    }

    /// <summary>The options as they stand now, with routes and rules of their own.</summary>
    internal StreamingRecoveryOptions Copy()
    {
        var copy = (StreamingRecoveryOptions)MemberwiseClone();
        copy.Rules = Rules.Copy();
        copy.Circuit = Circuit.Copy();
        copy.Hedging = Hedging.Copy();
        copy.Continuation = Continuation.Copy();
        copy.Primary = Primary.Copy();
        copy.Routes = [.. Routes.Select(route => route.Copy())];
        return copy;
    }

    /// <summary>Reports names that are there twice, unless they were before.</summary>
    /// <param name="known">Names that are checked already.</param>
    /// <param name="names">Names that come to them; null for none.</param>
    /// <param name="failures">Where they are reported.</param>
    internal static void RequireOwnNames(IEnumerable<string?> known, IEnumerable<string?> names, SettingsFailures failures)
    {
        HashSet<string> taken = [.. known.OfType<string>()];
        foreach (string name in names.OfType<string>().Where(name => !taken.Add(name)).Distinct(StringComparer.Ordinal))
        {
            failures.Add(nameof(Routes), $"'{name}' twice", "every route has to have a name of its own");
        }
    }

    private static bool IsTime(TimeSpan time) => time >= TimeSpan.Zero && time <= Longest;

    private void ValidateRoutes(SettingsFailures failures)
    {
        if (Primary.Client is not null)
        {
            failures.Add($"{failures.PathOf(nameof(Primary))} has a client: it stands for the stage's inner client; put the route into {nameof(Routes)}.");
        }

        for (int index = 0; index < Routes.Count; index++)
        {
            failures.In(nameof(Routes)).Require(Routes[index]?.Client is not null, $"{index}", null, "it has to be a route with a client");
            (Routes[index] as IStageOptions)?.Validate(failures.In(nameof(Routes)).In($"{index}"));
        }

        RequireOwnNames([], Routes.Prepend(Primary).Select(route => route?.Name), failures);
    }
}
