using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>How long a <see cref="RotatingApiKeyProvider"/> leaves a key alone, by what the provider said of it.</summary>
public sealed class ApiKeyRotationOptions : IStageOptions
{
    /// <summary>After <see cref="Errors.ChatErrorKind.RateLimited"/>, where the provider's answer says no time.</summary>
    /// <value>1 minute by default, the window of most limits.</value>
    public TimeSpan RateLimited { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After <see cref="Errors.ChatErrorKind.QuotaExhausted"/>, where the provider's answer says no longer time.</summary>
    /// <value>1 hour by default.</value>
    public TimeSpan QuotaExhausted { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After <see cref="Errors.ChatErrorKind.Authentication"/>: the key is wrong, expired or withdrawn.</summary>
    /// <value>1 day by default.</value>
    public TimeSpan Rejected { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The clock.</summary>
    /// <value><see cref="TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<TimeSpan>(nameof(RateLimited), value => RateLimited = value);
        section.Value<TimeSpan>(nameof(QuotaExhausted), value => QuotaExhausted = value);
        section.Value<TimeSpan>(nameof(Rejected), value => Rejected = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        const string Rule = "it has to be above zero";
        failures.Require(RateLimited > TimeSpan.Zero, nameof(RateLimited), RateLimited, Rule);
        failures.Require(QuotaExhausted > TimeSpan.Zero, nameof(QuotaExhausted), QuotaExhausted, Rule);
        failures.Require(Rejected > TimeSpan.Zero, nameof(Rejected), Rejected, Rule);
        failures.Require(TimeProvider is not null, nameof(TimeProvider), null, "a clock is needed");
    }

    /// <summary>The same times by another clock.</summary>
    internal ApiKeyRotationOptions On(TimeProvider timeProvider) =>
        new() { RateLimited = RateLimited, QuotaExhausted = QuotaExhausted, Rejected = Rejected, TimeProvider = timeProvider };

    /// <summary>Whether the times are the same.</summary>
    internal bool MeansTheSameAs(ApiKeyRotationOptions other) =>
        (RateLimited, QuotaExhausted, Rejected) == (other.RateLimited, other.QuotaExhausted, other.Rejected);
}
