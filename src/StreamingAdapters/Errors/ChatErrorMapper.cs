using System.Net.Sockets;
using System.Security.Authentication;

namespace StreamingAdapters.Errors;

/// <summary>Maps any failure of a chat client to the family of <see cref="ChatAdapterException"/>.</summary>
public static class ChatErrorMapper
{
    private const int MaxCodeLength = 64;

    // What a message-only IOException has. The file system sets the operating system's number instead.
    private const int PlainIOError = unchecked((int)0x80131620);

    /// <summary>The family's exception for a failure: a family member as it is, failures of HTTP, of the transport and of known clients mapped.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="provider">The provider's name for <see cref="ChatAdapterException.Provider"/>; null when it is not known.</param>
    /// <returns>
    /// The exception to throw, with the original as its cause; null when it is not ours to map: cancellation, argument errors, disposed objects, failures
    /// of files, and everything that is not known.
    /// </returns>
    /// <remarks>The OpenAI SDK's exceptions (any client's on System.ClientModel), the Anthropic SDK's and OllamaSharp's are known by their shape.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static ChatAdapterException? Map(Exception exception, string? provider = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Map(exception, new ErrorContext(provider ?? ""), answerStarted: null);
    }

    /// <summary>The same with what is known about the request.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="context">What is known about the request.</param>
    /// <param name="answerStarted">Something of the answer was received: a broken transport cuts it. Null when nobody knows.</param>
    internal static ChatAdapterException? Map(Exception exception, ErrorContext context, bool? answerStarted) =>
        Map(exception, exception, context, answerStarted);

    /// <summary>Whether a failure is one of HTTP or below.</summary>
    internal static bool IsTransport(Exception exception) => exception is HttpIOException or HttpRequestException or SocketException or AuthenticationException
        or OperationCanceledException { InnerException: TimeoutException }
        || (exception is IOException { HResult: PlainIOError } && exception.GetType() == typeof(IOException));

    /// <summary>The exception for an error that the provider reported, as an HTTP status or inside a stream.</summary>
    internal static ChatProviderException FromError(ProviderError error, ErrorContext context) => FromError(error, context, innerException: null);

    /// <summary>The exception for a failed request or read of its answer.</summary>
    /// <param name="exception">What failed.</param>
    /// <param name="context">What is known about the request.</param>
    /// <param name="answerStarted">Bytes of the body were received: the answer is cut, not missing.</param>
    /// <param name="thrown">What was thrown, where that holds the failure inside; becomes the cause.</param>
    internal static ChatAdapterException FromTransport(Exception exception, ErrorContext context, bool answerStarted, Exception? thrown = null) => exception switch
    {
        ChatAdapterException own => own,

        // The status of a failed proxy tunnel is the proxy's.
        HttpRequestException { StatusCode: { } status, HttpRequestError: not HttpRequestError.ProxyTunnelError } =>
            FromError(new ProviderError { StatusCode = (int)status }, context, thrown ?? exception),
        _ => TransportErrors.From(exception, context, answerStarted, thrown ?? exception),
    };

    private static ChatAdapterException? Map(Exception exception, Exception thrown, ErrorContext context, bool? answerStarted)
    {
        if (exception is ChatAdapterException own)
        {
            return own;
        }

        if (IsTransport(exception))
        {
            // A read of the body throws HttpIOException bare; before the headers it comes inside HttpRequestException.
            bool isCut = (answerStarted ?? exception is HttpIOException) && !FailedToConnect(exception);
            return FromTransport(exception, context, isCut, thrown);
        }

        if (ForeignExceptions.IsTimeout(exception))
        {
            return FromTransport(new TimeoutException(), context, answerStarted is true, thrown);
        }

        if (ForeignExceptions.ErrorOf(exception, context) is { } error)
        {
            return FromError(error, context, thrown);
        }

        if (ForeignExceptions.CauseOf(exception) is { } cause)
        {
            return Map(cause, thrown, context, answerStarted);
        }

        return ForeignExceptions.IsMalformed(exception) ? FromMalformed(context, thrown)
            : ForeignExceptions.IsKnown(exception) ? FromError(new ProviderError(), context, thrown)
            : null;
    }

    // A later request of the same answer, as after a tool call: nothing was cut.
    private static bool FailedToConnect(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static ChatStreamException FromMalformed(ErrorContext context, Exception thrown)
    {
        string provider = context.Provider.Length > 0 ? context.Provider : "The provider";
        return new ChatStreamException(
            ChatErrorKind.MalformedStream, $"{provider} sent an answer that its client could not read. Check that the endpoint speaks the client's protocol.", thrown)
        {
            Provider = ErrorJson.NotBlank(context.Provider),
        };
    }

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
            ProviderMessage = SecretRedactor.Present(TextOf(error), context.ApiKey, context.Secrets),
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
        && string.Equals(SecretRedactor.Redact(word, context.ApiKey, context.Secrets), word, StringComparison.Ordinal));
}
