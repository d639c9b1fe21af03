using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>What the metadata stage says about one chunk.</summary>
public sealed record ChunkMetadata
{
    /// <summary>The chunk's place in the answer, gapless from 0, over all rounds.</summary>
    public required long Index { get; init; }

    /// <summary>When the chunk arrived.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The chunk's text in bytes of UTF-8; 0 for one without text.</summary>
    public int Size { get; init; }

    /// <summary>The provider's name.</summary>
    /// <value>Null when the inner client does not say it.</value>
    public string? Provider { get; init; }

    /// <summary>The model: the chunk's own, else the last one named, else the one that was asked for.</summary>
    /// <value>Null when none is known.</value>
    public string? Model { get; init; }

    /// <summary>The model's time from the call to the chunk; the consumer's does not count.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The model's time from the chunk before; of the first, from the call.</summary>
    public TimeSpan Gap { get; init; }

    internal static ChunkMetadata? ReadFrom(AdditionalPropertiesDictionary? properties) =>
        properties is null || PropertyReader.Integer(properties.GetValueOrDefault(StreamingKeys.Index)) is not { } index ? null : new ChunkMetadata
        {
            Index = index,
            Timestamp = PropertyReader.Instant(properties.GetValueOrDefault(StreamingKeys.Timestamp)) ?? default,
            Size = (int)(PropertyReader.Integer(properties.GetValueOrDefault(StreamingKeys.Size)) ?? 0),
            Provider = PropertyReader.Text(properties.GetValueOrDefault(StreamingKeys.Provider)),
            Model = PropertyReader.Text(properties.GetValueOrDefault(StreamingKeys.Model)),
            Elapsed = PropertyReader.Duration(properties.GetValueOrDefault(StreamingKeys.Elapsed)) ?? TimeSpan.Zero,
            Gap = PropertyReader.Duration(properties.GetValueOrDefault(StreamingKeys.Gap)) ?? TimeSpan.Zero,
        };
}
