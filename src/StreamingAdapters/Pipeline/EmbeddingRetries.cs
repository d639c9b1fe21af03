using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>The keys of recovery that a <see cref="RetryingEmbeddingGenerator"/> uses: there are no routes, and nothing to go on with.</summary>
internal sealed class EmbeddingRetries(StreamingRecoveryOptions options) : IStageOptions
{
    public void Read(SettingsSection section)
    {
        section.Value<bool>(nameof(options.Enabled), value => options.Enabled = value);
        section.Optional<TimeSpan>(nameof(options.Budget), value => options.Budget = value);
        section.Value<TimeSpan>(nameof(options.Delay), value => options.Delay = value);
        section.Value<TimeSpan>(nameof(options.MaxDelay), value => options.MaxDelay = value);
        section.Optional<int>(nameof(options.RetryTokens), value => options.RetryTokens = value);
        section.Value<double>(nameof(options.RetryTokensPerAnswer), value => options.RetryTokensPerAnswer = value);
        section.NamedByMember<ChatErrorKind>(nameof(options.Rules), options.Rules.Read);
    }

    public void Validate(SettingsFailures failures) => ((IStageOptions)options).Validate(failures);
}
