using StreamingAdapters.Pipeline;
using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>What a configured generator of embeddings consists of: the root of its section of configuration.</summary>
/// <remarks>An unknown key in the section and a value out of its range are failures; all are reported at once, each with its full path.</remarks>
public sealed class StreamingEmbeddingOptions : IStageOptions
{
    /// <summary>The server, and the model whose vectors they are.</summary>
    /// <value>No name: needed. What only chats know, such as <see cref="StreamingProviderOptions.Store"/>, is a failure.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingProviderOptions Provider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <summary>How many texts go into one request.</summary>
    /// <value>Null by default: the provider's own, see <see cref="HttpEmbeddingGenerator.BatchSize"/>.</value>
    public int? BatchSize { get; set; }

    /// <summary>How a batch that failed is asked for again, by a <see cref="RetryingEmbeddingGenerator"/>, which says what of it is used.</summary>
    /// <value>The defaults. <see cref="StreamingRecoveryOptions.Enabled"/> switches it off; what is not used has no key in configuration.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingRecoveryOptions Recovery { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    void IStageOptions.Read(SettingsSection section)
    {
        section.Section(nameof(Provider), Provider);
        section.Optional<int>(nameof(BatchSize), value => BatchSize = value);
        section.Section(nameof(Recovery), new EmbeddingRetries(Recovery));
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        ((IStageOptions)Provider).Validate(failures.In(nameof(Provider)));
        failures.Require(BatchSize is null or > 0, nameof(BatchSize), BatchSize, "it has to be at least 1; null leaves the provider's own");
        ((IStageOptions)Recovery).Validate(failures.In(nameof(Recovery)));
    }
}
