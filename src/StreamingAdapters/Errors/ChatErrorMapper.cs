using System.Net.Sockets;
using System.Security.Authentication;

namespace StreamingAdapters.Errors;

/// <summary>Maps any failure of a chat client to the family of <see cref="ChatAdapterException"/>.</summary>
public static class ChatErrorMapper
{
    private const int MaxCodeLength = 64;

    // What a message-only IOException has. The file system sets the operating system's number instead.
    private const int PlainIOError = unchecked((int)0x80131620);

    /// <summary>The family's exception for a failure: a family member as it is, HTTP and transport failures mapped.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="provider">The provider's name for <see cref="ChatAdapterException.Provider"/>; null when it is not known.</param>
    /// <returns>
    /// The exception to throw, with the original as its cause; null when it is not ours to map: cancellation, argument errors, disposed objects, failures
    /// of files, and everything that is not known.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static ChatAdapterException? Map(Exception exception, string? provider = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var context = new ErrorContext(provider ?? "");
        return exception switch
        {
            ChatAdapterException own => own,

            // A read of the body throws it bare; before the headers it comes inside HttpRequestException.
            HttpIOException => FromTransport(exception, context, answerStarted: true),
            HttpRequestException or SocketException or AuthenticationException or OperationCanceledException { InnerException: TimeoutException } =>
                FromTransport(exception, context, answerStarted: false),
            IOException { HResult: PlainIOError } when exception.GetType() == typeof(IOException) => FromTransport(exception, context, answerStarted: false),
            _ => null,
        };
    }

    /// <summary>The exception for an error that the provider reported, as an HTTP status or inside a stream.</summary>
    internal static ChatProviderException FromError(ProviderError error, ErrorContext context) => FromError(error, context, innerException: null);

    /// <summary>The exception for a failed request or read of its answer.</summary>
    /// <param name="exception">What was thrown; becomes the cause.</param>
    /// <param name="context">What is known about the request.</param>
    /// <param name="answerStarted">Bytes of the body were received: the answer is cut, not missing.</param>
    internal static ChatAdapterException FromTransport(Exception exception, ErrorContext context, bool answerStarted) => exception switch
    {
        ChatAdapterException own => own,

        // The status of a failed proxy tunnel is the proxy's.
        HttpRequestException { StatusCode: { } status, HttpRequestError: not HttpRequestError.ProxyTunnelError } =>
            FromError(new ProviderError { StatusCode = (int)status }, context, exception),
        _ => TransportErrors.From(exception, context, answerStarted),
    };

    private static ChatProviderException FromError(ProviderError error, ErrorContext context, Exception? innerException)
    {
        ErrorVerdict verdict = ErrorClassifier.Classify(error, context);
        int? status = error.StatusCode ?? ErrorClassifier.StatusOf(error);
        string? code = CodeOf(error, context);
        TimeSpan? retryAfter = RetryHintParser.Parse(headers: null, PromptEcho.Hide(error, context.PromptTexts), now: default);
        string message = ErrorSentences.Compose(verdict, context, error, status, code, retryAfter);
        var exception = new ChatProviderException(verdict.Kind, message, innerException)
        {
            IsTransient = verdict.IsTransient ?? ChatAdapterException.IsTransientByDefault(verdict.Kind),
            Provider = ErrorJson.NotBlank(context.Provider),
            StatusCode = status,
            ErrorCode = code,
            RetryAfter = retryAfter,
            Feature = verdict.Feature,
            ProviderMessage = SecretRedactor.Present(TextOf(error), context.ApiKey),
        };
        if (error.SignInUrl is { } url)
        {
            exception.Data["signin_url"] = url;
        }

        return exception;
    }

    private static string? TextOf(ProviderError error) =>
        error.Nested?.Message is { } nested && error.Message is { } text ? $"{text}: {nested}" : error.Message ?? error.Nested?.Message;

    // The code goes into our sentence: it has to be a word, and no key.
    private static string? CodeOf(ProviderError error, ErrorContext context) => new[] { error.Code, error.Type }.FirstOrDefault(word =>
        word is { Length: > 0 and <= MaxCodeLength }
        && word.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-')
        && string.Equals(SecretRedactor.Redact(word, context.ApiKey), word, StringComparison.Ordinal));
}
