using System.Text.Json.Serialization;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Bridge;

/// <summary>A failed answer in the words of a chunk-based layer.</summary>
/// <remarks>
/// <c>catch (Exception e) when (StreamingChunkError.From(e) is { } error)</c> takes what is a failure of the answer and lets everything else pass.
/// </remarks>
public sealed record StreamingChunkError
{
    /// <summary>The name of every failure but a timeout.</summary>
    public const string StreamingError = "streaming_error";

    /// <summary>The name of a timeout: of a clock of ours, of the HTTP client's, or a status that says the same.</summary>
    public const string StreamingTimeout = "streaming_timeout";

    /// <summary><see cref="StreamingError"/> or <see cref="StreamingTimeout"/>.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What happened and what to do; no keys, prompts or text of the provider's.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary>The text of the answer that arrived before.</summary>
    /// <value>Null when nobody kept it; the errors stage does. It is the answer: show it to the person who asked, do not log it.</value>
    [JsonPropertyName("partial")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Partial { get; init; }

    /// <summary>The name for an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>
    /// <see cref="StreamingTimeout"/> for <see cref="ChatTimeoutException"/>, <see cref="TimeoutException"/>, the HTTP client's timeout and the statuses 408 and 504;
    /// <see cref="StreamingError"/> for the rest of the family and whatever <see cref="ChatErrorMapper"/> maps to it. Null for what is no failure of the
    /// answer: cancellation, argument errors, exceptions of the application's own code.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static string? NameOf(Exception exception) => From(exception)?.Name;

    /// <summary>The error for an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>The error; null where <see cref="NameOf"/> is.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static StreamingChunkError? From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception is TimeoutException
            ? new StreamingChunkError { Name = StreamingTimeout, Message = "The answer took longer than the application allows. Raise its timeout if answers take longer." }
            : ChatErrorMapper.Map(exception) is { } failure ? From(failure) : null;
    }

    /// <summary>The name and message; <see cref="Partial"/> is left out.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Name}: {Message}";

    private static StreamingChunkError From(ChatAdapterException failure) => new()
    {
        Name = IsTimeout(failure.Kind) ? StreamingTimeout : StreamingError,
        Message = failure.Message,
        Partial = failure.Partial,
    };

    private static bool IsTimeout(ChatErrorKind kind) => kind is
        ChatErrorKind.ConnectTimeout or ChatErrorKind.HeadersTimeout or ChatErrorKind.FirstContentTimeout or ChatErrorKind.IdleTimeout or ChatErrorKind.TotalTimeout;
}
