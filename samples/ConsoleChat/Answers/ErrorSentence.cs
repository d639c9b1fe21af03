using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using StreamingAdapters.Errors;

namespace ConsoleChat.Answers;

/// <summary>Any failure as one line for the person at the console: what happened and what to do, never a stack trace.</summary>
internal static class ErrorSentence
{
    private const int MaxQuote = 300;

    public static string Of(Exception failure, ChatTarget target) => failure switch
    {
        OperationCanceledException => "Stopped: the answer is not complete.",
        ChatAdapterException { Kind: ChatErrorKind.Network } error when IsRefused(error) => Refused(target),
        ChatAdapterException { Kind: ChatErrorKind.ModelNotFound } when target.IsEmulated =>
            $"The emulated server has one model, '{ChatTarget.EmulatedModel}': leave --model out, or name a real server with --provider.",
        ChatAdapterException error => Of(error),
        _ => Of(failure),
    };

    /// <summary>For a failure outside an answer.</summary>
    public static string Of(Exception failure) => failure switch
    {
        OperationCanceledException => "Stopped.",
        ChatAdapterException error => Compact(error.Message) + Wait(error) + Quote(error),
        OptionsValidationException error => Compact(string.Join(' ', error.Failures)),
        _ => Compact(failure.Message),
    };

    private static bool IsRefused(Exception? failure) =>
        failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused } || (failure is not null && IsRefused(failure.InnerException));

    private static string Refused(ChatTarget target)
    {
        string advice = target is { Endpoint.IsLoopback: true, Provider.StartHint: { } hint }
            ? $"{hint}, or give another address with --endpoint."
            : "Check the address given with --endpoint.";
        return $"Nothing answers at {target.Endpoint} (connection refused). {advice}";
    }

    // The provider's hint, where our sentence did not say it yet.
    private static string Wait(ChatAdapterException error)
    {
        string? seconds = error.RetryAfter is { } wait ? Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;
        return seconds is null || error.Message.Contains($"{seconds} seconds", StringComparison.Ordinal) ? "" : $" Ask again in {seconds} seconds.";
    }

    // The server's words, where our sentence alone cannot say what is wrong.
    private static string Quote(ChatAdapterException error)
    {
        bool saysEnough = error.Kind is
            ChatErrorKind.ModelNotFound or ChatErrorKind.Authentication or ChatErrorKind.RateLimited or ChatErrorKind.Overloaded;
        if (saysEnough || string.IsNullOrWhiteSpace(error.ProviderMessage))
        {
            return "";
        }

        string words = Compact(error.ProviderMessage);
        return $" The server says: \"{(words.Length > MaxQuote ? string.Concat(words.AsSpan(0, MaxQuote), "...") : words)}\"";
    }

    private static string Compact(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
