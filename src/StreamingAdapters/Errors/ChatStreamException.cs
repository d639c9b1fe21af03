namespace StreamingAdapters.Errors;

/// <summary>The answer's transport or protocol failed (no connection, a cut, a malformed or oversize frame, an empty answer), or a limit of this application's own ended or refused it.</summary>
/// <remarks>Everything that was received before the failure has been delivered before this is thrown.</remarks>
public sealed class ChatStreamException : ChatAdapterException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ChatStreamException(ChatErrorKind kind, string message, Exception? innerException = null)
        : base(kind, message, innerException)
    {
    }
}
