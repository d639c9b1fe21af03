using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>The tokens of an answer, as a <see cref="StreamingChunk"/> says them.</summary>
public sealed record ChunkUsage
{
    /// <summary>The tokens of the request.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("prompt_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PromptTokens { get; init; }

    /// <summary>The tokens of the answer.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("completion_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CompletionTokens { get; init; }

    /// <summary>The tokens of both.</summary>
    /// <value>Null by default: not known.</value>
    [JsonPropertyName("total_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalTokens { get; init; }
}
