using System.Text.Json;

namespace StreamingAdapters;

/// <summary>A model that a server has, with what it tells of it.</summary>
public sealed record ModelInfo
{
    /// <summary>The name to ask for.</summary>
    public required string Id { get; init; }

    /// <summary>The name for people.</summary>
    /// <value>Null where the server has none.</value>
    public string? DisplayName { get; init; }

    /// <summary>How much the model reads and writes in all, in tokens.</summary>
    /// <value>Null where the server does not tell.</value>
    public int? ContextLength { get; init; }

    /// <summary>The longest answer, in tokens.</summary>
    /// <value>Null where the server does not tell.</value>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What the model can do.</summary>
    /// <value>Null where the server tells nothing of that; what is not in the value then may still be so.</value>
    public ModelCapabilities? Capabilities { get; init; }

    /// <summary>Whether the model is in memory.</summary>
    /// <value>Null where the server does not tell.</value>
    public bool? IsLoaded { get; init; }

    /// <summary>How large the model's file is, in bytes.</summary>
    /// <value>Null where the server does not tell.</value>
    public long? SizeBytes { get; init; }

    /// <summary>When the model was made, or changed on this server.</summary>
    /// <value>Null where the server does not tell.</value>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Who made or keeps the model.</summary>
    /// <value>Null where the server does not tell.</value>
    public string? Owner { get; init; }

    /// <summary>All that the server says of the model.</summary>
    public JsonElement RawRepresentation { get; init; }
}
