namespace StreamingAdapters.Usage;

/// <summary>What tells one answer from another: a cache hands both out again as they were.</summary>
internal readonly record struct AnswerIdentity(string ResponseId, DateTimeOffset? CreatedAt)
{
    /// <summary>The identity; null for an answer without an id, which cannot be recognized.</summary>
    public static AnswerIdentity? Of(string? responseId, DateTimeOffset? createdAt) =>
        string.IsNullOrEmpty(responseId) ? null : new AnswerIdentity(responseId, createdAt == DateTimeOffset.UnixEpoch ? null : createdAt);
}
