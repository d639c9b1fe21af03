using System.Net.Sockets;
using System.Security.Authentication;

namespace StreamingAdapters.Errors;

/// <summary>Decides what a failure below HTTP means.</summary>
internal static class TransportErrors
{
    internal static ChatAdapterException From(Exception exception, ErrorContext context, bool answerStarted, Exception thrown)
    {
        string provider = context.Provider.Length > 0 ? context.Provider : "The provider";
        if (TimeoutOf(exception) is { } timeout)
        {
            return FromTimeout(thrown, timeout, context, provider, answerStarted);
        }

        HttpRequestError? error = ErrorOf(exception);
        (ChatErrorKind kind, string what, string advice) = Describe(error, answerStarted);
        return new ChatStreamException(kind, $"{provider} {what}{Facts(exception, error)}. {advice}", thrown)
        {
            Provider = ErrorJson.NotBlank(context.Provider),
        };
    }

    private static TimeoutException? TimeoutOf(Exception exception) => exception switch
    {
        TimeoutException timeout => timeout,
        OperationCanceledException { InnerException: TimeoutException timeout } => timeout,
        HttpRequestException { InnerException: { } inner } => TimeoutOf(inner),
        _ => null,
    };

    private static ChatTimeoutException FromTimeout(Exception thrown, TimeoutException timeout, ErrorContext context, string provider, bool answerStarted)
    {
        // SocketsHttpHandler.ConnectTimeout has no type of its own, only this text.
        bool isConnect = timeout.Message.Contains("ConnectTimeout", StringComparison.Ordinal);
        (ChatTimeoutPhase phase, string what, string advice) = (answerStarted, isConnect) switch
        {
            (true, _) => (ChatTimeoutPhase.Total, "did not finish its answer before the HTTP client's timeout", "Raise the timeout: it counts the whole answer."),
            (false, true) => (ChatTimeoutPhase.Connect, "did not accept a connection before the HTTP client's connect timeout", "Check the endpoint and the network."),
            (false, false) => (ChatTimeoutPhase.Headers, "did not begin its answer before the HTTP client's timeout", "Raise the timeout: loading a model takes time."),
        };
        return new ChatTimeoutException(phase, limit: null, $"{provider} {what}. {advice}", thrown) { Provider = ErrorJson.NotBlank(context.Provider) };
    }

    // The first cause that says something; wrappers say Unknown. Null: nothing in the chain is a failure of the transport.
    private static HttpRequestError? ErrorOf(Exception? exception) => exception switch
    {
        null => null,
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => error,
        HttpIOException { HttpRequestError: not HttpRequestError.Unknown and var error } => error,
        SocketException => HttpRequestError.ConnectionError,
        AuthenticationException => HttpRequestError.SecureConnectionError,
        InvalidDataException => HttpRequestError.InvalidResponse,
        HttpRequestException or IOException => ErrorOf(exception.InnerException) ?? HttpRequestError.Unknown,
        _ => ErrorOf(exception.InnerException),
    };

    private static (ChatErrorKind Kind, string What, string Advice) Describe(HttpRequestError? error, bool answerStarted) => error switch
    {
        HttpRequestError.InvalidResponse => (ChatErrorKind.MalformedStream, "sent an answer that is not valid HTTP", "Check that the endpoint is a model server."),
        HttpRequestError.ConfigurationLimitExceeded =>
            (ChatErrorKind.BufferLimitExceeded, "sent more than a limit of the HTTP client allows", "Raise the handler's limit."),
        HttpRequestError.UserAuthenticationError => (ChatErrorKind.Authentication, "refused the HTTP client's credentials, or a proxy did", "Check the handler's credentials."),
        _ when answerStarted => (ChatErrorKind.Truncated, "broke the connection before its answer was complete", "Send the request again, or continue from the part that came."),
        null => (ChatErrorKind.Unknown, "could not be asked: the request failed in an unknown way", "The inner exception says why."),
        HttpRequestError.NameResolutionError => (ChatErrorKind.Network, "was not found: its host name is unknown", "Check the endpoint and the network."),
        HttpRequestError.SecureConnectionError => (ChatErrorKind.Network, "did not agree on a secure connection", "Check the endpoint's scheme and certificate."),
        HttpRequestError.ProxyTunnelError => (ChatErrorKind.Network, "was not reached through the proxy", "Check the proxy."),
        HttpRequestError.ConnectionError => (ChatErrorKind.Network, "could not be reached", "Check that it is running and that the endpoint is right."),
        _ => (ChatErrorKind.Network, "broke the connection before its answer began", "Send the request again."),
    };

    // Names of ours and of the framework only.
    private static string Facts(Exception exception, HttpRequestError? error)
    {
        SocketException? socket = null;
        for (Exception? current = exception; current is not null && socket is null; current = current.InnerException)
        {
            socket = current as SocketException;
        }

        return (error, socket) switch
        {
            (_, { SocketErrorCode: var code }) => $" ({code})",
            (null or HttpRequestError.Unknown, _) => "",
            _ => $" ({error})",
        };
    }
}
