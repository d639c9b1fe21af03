using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Errors;

/// <summary>Recognises the exceptions of clients that are not referenced here, by the names of their types and by what they say.</summary>
/// <remarks>As the OpenAI SDK 2.15 (System.ClientModel 1.16), the Anthropic SDK 13.11 and OllamaSharp 5.4 throw them.</remarks>
internal static class ForeignExceptions
{
    /// <summary>What is read of a message: an error's words are at its front, echoes of the request behind.</summary>
    internal const int MaxTextLength = 64 * 1024;

    private const string ClientModel = "System.ClientModel.ClientResultException";
    private const string Anthropic = "Anthropic.Exceptions.AnthropicException";
    private const string AnthropicUnreadable = "Anthropic.Exceptions.AnthropicInvalidDataException";
    private const string Ollama = "OllamaSharp.Models.Exceptions.OllamaException";
    private const string OllamaInStream = "OllamaSharp.Models.Exceptions.ResponseError";

    private const string NetworkTimeout = "The operation was cancelled because it exceeded the configured timeout";
    private const string RetriesFailed = "Retry failed after ";
    private const string AnthropicStatus = "Status Code: ";
    private const string AnthropicEvent = "SSE error returned from server: '";

    private static readonly string[] Decoders = ["OpenAI.", "Azure.AI.OpenAI.", "Anthropic.", "Microsoft.Extensions.AI.Anthropic", "OllamaSharp."];

    /// <summary>Whether the exception is of a known client.</summary>
    internal static bool IsKnown(Exception exception) => Is(exception, ClientModel) || Is(exception, Anthropic) || Is(exception, Ollama);

    /// <summary>The provider's error that the exception tells; null when it tells none.</summary>
    internal static ProviderError? ErrorOf(Exception exception, ErrorContext context) =>
        Is(exception, ClientModel) ? ClientResultReader.Read(exception, context)
        : Is(exception, Anthropic) ? ReadAnthropic(exception.Message)
        : Is(exception, Ollama) && exception.InnerException is null ? ReadOllama(exception)
        : null;

    /// <summary>The failure inside an exception that only wraps it; null when it is more than a wrapper.</summary>
    internal static Exception? CauseOf(Exception exception) => exception switch
    {
        // System.ClientModel, when every attempt failed below HTTP. An AggregateException of the application has other words.
        AggregateException { InnerExceptions: [.., var last] } when exception.Message.StartsWith(RetriesFailed, StringComparison.Ordinal) => last,
        { InnerException: { } inner } when IsKnown(exception) && ChatErrorMapper.IsTransport(inner) => inner,
        _ => null,
    };

    /// <summary>Whether the exception says that a client's own clock ran out.</summary>
    /// <remarks>System.ClientModel has no type for it, and no <see cref="TimeoutException"/> inside.</remarks>
    internal static bool IsTimeout(Exception exception) =>
        exception is OperationCanceledException && exception.Message.StartsWith(NetworkTimeout, StringComparison.Ordinal);

    /// <summary>Whether a client could not read what the provider sent.</summary>
    internal static bool IsMalformed(Exception exception) =>
        Is(exception, AnthropicUnreadable) || (exception is JsonException && IsThrownByDecoder(exception.StackTrace));

    /// <summary>Reads an error body, or the text that stands for it.</summary>
    internal static ProviderError ReadBody(string body) => ProviderErrorParser.Parse(Encoding.UTF8.GetBytes(Cut(body)));

    /// <summary>The front of a text.</summary>
    internal static string Cut(string text) => text.Length > MaxTextLength ? text[..MaxTextLength] : text;

    // "Status Code: TooManyRequests", or a number without a name, and the body on the next lines; in a stream the event's data in quotes.
    private static ProviderError? ReadAnthropic(string message)
    {
        if (message.StartsWith(AnthropicEvent, StringComparison.Ordinal))
        {
            return ReadBody(message[AnthropicEvent.Length..].TrimEnd('\''));
        }

        if (!message.StartsWith(AnthropicStatus, StringComparison.Ordinal))
        {
            return null;
        }

        string text = message[AnthropicStatus.Length..];
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        string word = end < 0 ? text : text[..end];
        ProviderError error = end < 0 ? new ProviderError() : ReadBody(text[end..]);
        return Enum.TryParse(word.Trim(), out HttpStatusCode status) ? error with { StatusCode = (int)status } : error;
    }

    // It throws its own exceptions for status 400, with the error's text or a body that has none, and in the stream; any other status is HttpRequestException's.
    private static ProviderError ReadOllama(Exception exception)
    {
        string text = exception.Message;
        ProviderError error = text is ['{' or '[' or '<', ..] ? ReadBody(text) : new ProviderError { Message = ErrorJson.NotBlank(Cut(text)) };
        return Is(exception, OllamaInStream) ? error : error with { StatusCode = 400 };
    }

    // The framework's own methods come first. The same exception of a tool has the tool's code behind them.
    private static bool IsThrownByDecoder(string? stackTrace)
    {
        foreach (ReadOnlySpan<char> line in stackTrace.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> frame = line.Trim();
            if (!frame.StartsWith("at ", StringComparison.Ordinal))
            {
                continue;
            }

            string method = frame[3..].ToString();
            if (!method.StartsWith("System.", StringComparison.Ordinal))
            {
                return Array.Exists(Decoders, name => method.StartsWith(name, StringComparison.Ordinal));
            }
        }

        return false;
    }

    private static bool Is(Exception exception, string typeName)
    {
        for (Type? type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (string.Equals(type.FullName, typeName, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
