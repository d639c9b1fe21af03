using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>A whole tool call of a <see cref="StreamingChunk"/>, in the shape of OpenAI's chat completions.</summary>
public sealed record ChunkToolCall
{
    private const string FunctionType = "function";

    /// <summary>The call's id, which its result repeats.</summary>
    /// <value>Null by default: an update made from the call gets one.</value>
    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The kind of tool.</summary>
    /// <value><c>function</c> by default; never null.</value>
    [JsonPropertyName("type")]
    [AllowNull]
    public string Type { get; init => field = value ?? FunctionType; } = FunctionType;

    /// <summary>What is called, with which arguments.</summary>
    /// <value>Null by default; a call without it is an error where updates are made of chunks.</value>
    [JsonPropertyName("function")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChunkFunction? Function { get; init; }
}
