using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace StreamingAdapters.Errors;

/// <summary>Writes an exception for logs without the texts that may quote what the provider sent: reason phrases, header lines, bodies.</summary>
internal static class ExceptionText
{
    internal static string Write(Exception exception)
    {
        var text = new StringBuilder();
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            text.Append(current == exception ? "" : $"{Environment.NewLine} ---> ").Append(Head(current));
            if (current.StackTrace is { } trace)
            {
                text.Append(Environment.NewLine).Append(trace);
            }
        }

        return text.ToString();
    }

    private static string Head(Exception exception) => exception switch
    {
        ChatAdapterException or SocketException or AuthenticationException or TimeoutException or OperationCanceledException =>
            $"{exception.GetType()}: {exception.Message}",
        HttpRequestException { HttpRequestError: var error, StatusCode: { } status } => $"{exception.GetType()}: {error}, status {(int)status}",
        HttpRequestException { HttpRequestError: var error } => $"{exception.GetType()}: {error}",
        HttpIOException { HttpRequestError: var error } => $"{exception.GetType()}: {error}",
        _ => $"{exception.GetType()}",
    };
}
