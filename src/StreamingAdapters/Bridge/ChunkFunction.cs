using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>The function of a <see cref="ChunkToolCall"/>.</summary>
public sealed record ChunkFunction
{
    /// <summary>The function's name.</summary>
    /// <value>Null by default; a call without it is an error where updates are made of chunks.</value>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>The arguments, the text of a JSON object.</summary>
    /// <value>Empty by default, for none; never null. Reading takes an object too, as layers over Ollama have it.</value>
    [JsonPropertyName("arguments")]
    [JsonConverter(typeof(ChunkArgumentsConverter))]
    [AllowNull]
    public string Arguments { get; init => field = value ?? ""; } = "";
}
