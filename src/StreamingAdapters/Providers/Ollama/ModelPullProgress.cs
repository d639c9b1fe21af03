namespace StreamingAdapters;

/// <summary>How far an Ollama server is with fetching a model.</summary>
public sealed record ModelPullProgress
{
    /// <summary>What it does, in its own words: <c>pulling manifest</c>, <c>pulling 8eeb52dfb3bb</c>, <c>verifying sha256 digest</c>, <c>success</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The layer that is fetched; null for what is none.</summary>
    public string? Digest { get; init; }

    /// <summary>What of the layer is there, in bytes; null where nothing is fetched.</summary>
    public long? CompletedBytes { get; init; }

    /// <summary>How large the layer is, in bytes; null where nothing is fetched.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>What of the layer is there, from 0 to 1; null where nothing is fetched.</summary>
    public double? Fraction => TotalBytes > 0 ? Math.Clamp((CompletedBytes ?? 0) / (double)TotalBytes.Value, 0, 1) : null;
}
