using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>One plain chunk of an answer, as older streaming layers hand it around: a dictionary in Python, an object in JSON.</summary>
/// <remarks>
/// In JSON <c>content</c> and <c>is_final</c> always stand; every other member stands where it says something, so that both
/// <c>"usage" in chunk</c> and <c>chunk.get("usage")</c> ask the right question. Reading takes null for absent and ignores members that it does not know.
/// Equal to a chunk that says the same, tool calls included.
/// </remarks>
public sealed record StreamingChunk
{
    /// <summary>The text that the chunk adds.</summary>
    /// <value>Empty by default; never null.</value>
    [JsonPropertyName("content")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [AllowNull]
    public string Content { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the answer is whole with this chunk.</summary>
    /// <value>False by default.</value>
    [JsonPropertyName("is_final")]
    [JsonConverter(typeof(ChunkFlagConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool IsFinal { get; init; }

    /// <summary>The model's id.</summary>
    /// <value>Null by default: the chunk does not say.</value>
    [JsonPropertyName("model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>Why the answer ended, for example <c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>.</summary>
    /// <value>Null by default: the chunk does not say.</value>
    [JsonPropertyName("finish_reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>The tokens used: of the whole answer on the final chunk, of the answer so far on another.</summary>
    /// <value>Null by default: the chunk does not say.</value>
    [JsonPropertyName("usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChunkUsage? Usage { get; init; }

    /// <summary>The tools that the model calls, each a whole call.</summary>
    /// <value>Null by default: none. An empty list is none too.</value>
    [JsonPropertyName("tool_calls")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChunkToolCall>? ToolCalls { get; init => field = value is { Count: > 0 } ? value : null; }

    /// <summary>The text again, with the role.</summary>
    /// <value>Null by default, as in basic chunks.</value>
    [JsonPropertyName("delta")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChunkDelta? Delta { get; init; }

    /// <summary>The chunk's place, time, size and provider.</summary>
    /// <value>Null by default, as in basic chunks.</value>
    [JsonPropertyName("chunk_metadata")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StreamingChunkMetadata? ChunkMetadata { get; init; }

    /// <summary>Reads a chunk from its JSON.</summary>
    /// <param name="json">One object.</param>
    /// <returns>The chunk.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="JsonException">The text is no JSON object, or a member has the wrong type.</exception>
    public static StreamingChunk Parse([StringSyntax(StringSyntaxAttribute.Json)] string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return JsonSerializer.Deserialize(json, StreamingChunkJsonContext.Default.StreamingChunk)
            ?? throw new JsonException("A chunk has to be a JSON object; the text is null.");
    }

    /// <summary>The chunk as one line of JSON.</summary>
    /// <returns>The text; what <see cref="StreamingChunkJsonContext"/> writes.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, StreamingChunkJsonContext.Default.StreamingChunk);

    /// <summary>Whether another chunk says the same.</summary>
    /// <param name="other">The other chunk.</param>
    /// <returns>True when every member is equal.</returns>
    public bool Equals(StreamingChunk? other) =>
        other is not null
        && IsFinal == other.IsFinal
        && (Content, Model, FinishReason) == (other.Content, other.Model, other.FinishReason)
        && (Usage, Delta, ChunkMetadata) == (other.Usage, other.Delta, other.ChunkMetadata)
        && (ToolCalls ?? []).SequenceEqual(other.ToolCalls ?? []);

    /// <summary>A number that equal chunks share.</summary>
    /// <returns>The number.</returns>
    public override int GetHashCode() => HashCode.Combine(Content, IsFinal, Model, FinishReason, Usage, ToolCalls?.Count, Delta, ChunkMetadata);
}
