using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>What a response repeats of its request, and the ids that it was given.</summary>
internal sealed record ResponsesRequest(string Id, string ItemSuffix, DateTimeOffset CreatedAt)
{
    public string? PreviousId { get; init; }

    public string? Instructions { get; init; }

    public int? MaxOutputTokens { get; init; }

    public bool IsStored { get; init; } = true;

    public bool IsInBackground { get; init; }

    /// <summary>Whether reasoning is given in its encrypted form too.</summary>
    public bool EncryptsReasoning { get; init; }

    public static ResponsesRequest Read(JsonElement body, IdGenerator ids, DateTimeOffset now) => new(ids.Next("resp_", 48), ids.Next("", 48), now)
    {
        PreviousId = body.Text("previous_response_id"),
        Instructions = body.Text("instructions"),
        MaxOutputTokens = body.Number("max_output_tokens"),
        IsStored = body.Flag("store") ?? true,
        IsInBackground = body.Flag("background") ?? false,
        EncryptsReasoning = body.Strings("include").Contains("reasoning.encrypted_content", StringComparer.Ordinal),
    };
}
