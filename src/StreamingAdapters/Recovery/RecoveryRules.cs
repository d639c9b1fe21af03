using StreamingAdapters.Errors;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>The one table that says what recovery does about each kind of failure; every row can be replaced.</summary>
/// <remarks>In configuration, <c>Rules:{kind}:Retries</c>, <c>Failover</c>, <c>PrefersFailover</c>, <c>Continues</c> and <c>Circuit</c> change single values of a row.</remarks>
public sealed class RecoveryRules
{
    private static readonly RecoveryRule Nothing = new();
    private static readonly RecoveryRule Refusal = new() { Failover = FailoverRule.Next, Circuit = CircuitRule.Opens };
    private static readonly RecoveryRule NoAnswer = new() { Retries = 1, Failover = FailoverRule.Next, PrefersFailover = true, Circuit = CircuitRule.Counts };
    private static readonly RecoveryRule Broken = new() { Retries = 2, Failover = FailoverRule.Next, Continues = true, Circuit = CircuitRule.Counts };

    private readonly Dictionary<ChatErrorKind, RecoveryRule> _rules;

    /// <summary>Creates the table of the defaults.</summary>
    public RecoveryRules() => _rules = new Dictionary<ChatErrorKind, RecoveryRule>
    {
        [ChatErrorKind.RateLimited] = new() { Retries = 3, Failover = FailoverRule.Next, Continues = true, Circuit = CircuitRule.CoolsDown },
        [ChatErrorKind.QuotaExhausted] = Refusal with { Continues = true },
        [ChatErrorKind.Overloaded] = Broken with { Retries = 3 },
        [ChatErrorKind.ServerError] = Broken,
        [ChatErrorKind.ConnectTimeout] = NoAnswer,
        [ChatErrorKind.HeadersTimeout] = NoAnswer,
        [ChatErrorKind.FirstContentTimeout] = NoAnswer,
        [ChatErrorKind.IdleTimeout] = Broken,
        [ChatErrorKind.Network] = Broken,
        [ChatErrorKind.Truncated] = Broken,
        [ChatErrorKind.EmptyResponse] = Broken with { Retries = 1, Continues = false },
        [ChatErrorKind.MalformedStream] = Broken with { Retries = 1 },
        [ChatErrorKind.Authentication] = Refusal,
        [ChatErrorKind.PermissionDenied] = Refusal,
        [ChatErrorKind.RegionBlocked] = Refusal,
        [ChatErrorKind.ModelNotFound] = Refusal,
        [ChatErrorKind.ModelRetired] = Refusal,
        [ChatErrorKind.ContextLengthExceeded] = new() { Failover = FailoverRule.LargerContext },
        [ChatErrorKind.UnsupportedFeature] = new() { Failover = FailoverRule.Next },
        [ChatErrorKind.Unknown] = new() { Failover = FailoverRule.Once, Circuit = CircuitRule.Counts },
    };

    private RecoveryRules(RecoveryRules other) => _rules = new Dictionary<ChatErrorKind, RecoveryRule>(other._rules);

    /// <summary>The rule of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <value>
    /// By default a rule that does nothing for kinds that neither time nor another route helps: content filters, wrong and oversize requests, the total timeout,
    /// passed limits and cancellation.
    /// </value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RecoveryRule this[ChatErrorKind kind]
    {
        get => _rules.GetValueOrDefault(kind, Nothing);
        set => _rules[kind] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>A table of its own with the same rules.</summary>
    internal RecoveryRules Copy() => new(this);

    internal void Read(string name, SettingsSection section)
    {
        var kind = Enum.Parse<ChatErrorKind>(name, ignoreCase: true);
        section.Value<int>(nameof(RecoveryRule.Retries), value => this[kind] = this[kind] with { Retries = value });
        section.Member<FailoverRule>(nameof(RecoveryRule.Failover), value => this[kind] = this[kind] with { Failover = value });
        section.Value<bool>(nameof(RecoveryRule.PrefersFailover), value => this[kind] = this[kind] with { PrefersFailover = value });
        section.Value<bool>(nameof(RecoveryRule.Continues), value => this[kind] = this[kind] with { Continues = value });
        section.Member<CircuitRule>(nameof(RecoveryRule.Circuit), value => this[kind] = this[kind] with { Circuit = value });
    }

    internal void Validate(SettingsFailures failures)
    {
        foreach ((ChatErrorKind kind, RecoveryRule rule) in _rules)
        {
            failures.In($"{kind}").Require(rule.Retries is >= 0 and <= 100, nameof(RecoveryRule.Retries), rule.Retries, "it has to be from 0 to 100");
        }
    }
}
