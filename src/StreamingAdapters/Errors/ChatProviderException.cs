namespace StreamingAdapters.Errors;

/// <summary>The provider answered with an error: as an HTTP status, or inside a stream that had begun.</summary>
public sealed class ChatProviderException : ChatAdapterException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What happened and what to do, without the provider's text.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ChatProviderException(ChatErrorKind kind, string message, Exception? innerException = null)
        : base(kind, message, innerException)
    {
    }
}
