namespace StreamingAdapters.Testing;

/// <summary>A client does not do what a check of <see cref="ChatClientConformance"/> asks for. The message says what was expected and what was seen.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what was seen.</param>
    /// <param name="innerException">What the client threw instead, if it threw.</param>
    public ConformanceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
