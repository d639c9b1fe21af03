namespace StreamingAdapters.Errors;

/// <summary>A request or configuration is wrong and was not sent; all failures at once.</summary>
public sealed class ChatValidationException : ChatAdapterException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failures">One sentence a failure, naming the value and the fix; at least one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="failures"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="failures"/> is empty.</exception>
    public ChatValidationException(params IReadOnlyList<string> failures)
        : base(ChatErrorKind.InvalidRequest, Join(failures), innerException: null)
        => Failures = failures;

    /// <summary>One sentence a failure.</summary>
    public IReadOnlyList<string> Failures { get; }

    private static string Join(IReadOnlyList<string> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        return failures.Count > 0 ? string.Join(" ", failures) : throw new ArgumentException("At least one failure is needed.", nameof(failures));
    }
}
