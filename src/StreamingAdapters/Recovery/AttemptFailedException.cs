using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>How a failed attempt travels through the engine: what was thrown, and what it means. Never reaches a caller.</summary>
internal sealed class AttemptFailedException(Exception original, ChatAdapterException? mapped, RecoveryRule rule, Attempt? attempt)
    : Exception(message: null, original)
{
    /// <summary>What was thrown.</summary>
    public Exception Original => InnerException!;

    /// <summary>What a caller gets to see: the family's exception, or what was thrown where that is none of the route's failures.</summary>
    public Exception Outcome => mapped ?? Original;

    /// <summary>The kind; null for what is not a failure of the route, such as a cancellation.</summary>
    public ChatErrorKind? Kind => mapped?.Kind;

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => mapped is { IsTransient: true };

    public TimeSpan? RetryAfter => mapped?.RetryAfter;

    public RecoveryRule Rule => rule;

    /// <summary>The attempt; null where a circuit kept it from being made.</summary>
    public Attempt? Attempt => attempt;
}
