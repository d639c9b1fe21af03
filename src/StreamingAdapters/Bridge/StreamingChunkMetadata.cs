using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>What an enhanced <see cref="StreamingChunk"/> says about itself.</summary>
public sealed record StreamingChunkMetadata
{
    /// <summary>The chunk's place in the answer, counted from 0.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("index")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Index { get; init; }

    /// <summary>When the chunk arrived.</summary>
    /// <value>
    /// Null by default: not known. In JSON a text as ISO 8601 has it; one without an offset is UTC. Reading takes a number too: seconds since 1970, or
    /// milliseconds from 100,000,000,000 on.
    /// </value>
    [JsonPropertyName("timestamp")]
    [JsonConverter(typeof(ChunkTimestampConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The chunk's text in bytes of UTF-8.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("chunk_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ChunkSize { get; init; }

    /// <summary>The provider's name.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("provider")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }
}
