namespace StreamingAdapters.Errors;

/// <summary>A clock of ours, or the caller's <see cref="HttpClient.Timeout"/>, ran out; never the caller's cancellation.</summary>
public sealed class ChatTimeoutException : ChatAdapterException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="phase">Which clock ran out.</param>
    /// <param name="limit">The clock's limit, if it is known.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ChatTimeoutException(ChatTimeoutPhase phase, TimeSpan? limit, string message, Exception? innerException = null)
        : base(KindOf(phase), message, innerException)
    {
        Phase = phase;
        Limit = limit;
    }

    /// <summary>Which clock ran out.</summary>
    public ChatTimeoutPhase Phase { get; }

    /// <summary>The clock's limit; null when another party's clock gave up and did not say after how long.</summary>
    public TimeSpan? Limit { get; }

    private static ChatErrorKind KindOf(ChatTimeoutPhase phase) => phase switch
    {
        ChatTimeoutPhase.Connect => ChatErrorKind.ConnectTimeout,
        ChatTimeoutPhase.Headers => ChatErrorKind.HeadersTimeout,
        ChatTimeoutPhase.FirstContent => ChatErrorKind.FirstContentTimeout,
        ChatTimeoutPhase.Idle => ChatErrorKind.IdleTimeout,
        ChatTimeoutPhase.Total => ChatErrorKind.TotalTimeout,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown clock."),
    };
}
