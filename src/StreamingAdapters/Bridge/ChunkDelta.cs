using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>The text and role of a <see cref="StreamingChunk"/>, in the shape of OpenAI's chat completions.</summary>
public sealed record ChunkDelta
{
    /// <summary>The text that the chunk adds.</summary>
    /// <value>Null by default: the chunk says it elsewhere, or has none.</value>
    [JsonPropertyName("content")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    /// <summary>Who speaks, for example <c>assistant</c>.</summary>
    /// <value>Null by default: whoever spoke before.</value>
    [JsonPropertyName("role")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }
}
