using StreamingAdapters.Settings;

namespace StreamingAdapters.Metadata;

/// <summary>What the metadata stage writes; the summary of an answer is written always.</summary>
public sealed class StreamingMetadataOptions : IStageOptions
{
    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether every chunk carries its <see cref="ChunkMetadata"/>.</summary>
    /// <value>True by default. When false, updates pass as the same instances.</value>
    public bool Chunks { get; set; } = true;

    /// <summary>Whether measurements go to the meter <c>StreamingAdapters</c>.</summary>
    /// <value>True by default; a measurement that nobody listens to costs next to nothing.</value>
    /// <remarks>
    /// As OpenTelemetry names them: <c>gen_ai.client.operation.duration</c>, <c>gen_ai.client.operation.time_to_first_chunk</c>,
    /// <c>gen_ai.client.operation.time_per_output_chunk</c> and <c>gen_ai.client.token.usage</c>, which no other stage records; and
    /// <c>streaming_adapters.answers</c> (by <c>streaming_adapters.outcome</c>), <c>streaming_adapters.chunks</c> and
    /// <c>streaming_adapters.time_to_first_content</c>. Durations are the model's, without the consumer's time. Microsoft.Extensions.AI's own
    /// OpenTelemetry client records the same names under a meter of its own: collect one of the two.
    /// </remarks>
    public bool Metrics { get; set; } = true;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<bool>(nameof(Chunks), value => Chunks = value);
        section.Value<bool>(nameof(Metrics), value => Metrics = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        // A flag is always in its range.
    }
}
