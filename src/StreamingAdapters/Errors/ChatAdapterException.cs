namespace StreamingAdapters.Errors;

/// <summary>The root of every exception that a provider or stage of this library throws on a failed answer.</summary>
/// <remarks>
/// The family is closed: <see cref="ChatProviderException"/>, <see cref="ChatStreamException"/>, <see cref="ChatTimeoutException"/> and
/// <see cref="ChatValidationException"/>. The caller's own cancellation stays <see cref="OperationCanceledException"/>. <see cref="Exception.Message"/> is
/// a sentence of our own; it never holds keys, prompts or the provider's text, which is in <see cref="ProviderMessage"/> alone.
/// </remarks>
public abstract class ChatAdapterException : Exception
{
    private string? _partial;

    private protected ChatAdapterException(ChatErrorKind kind, string message, Exception? innerException)
        : base(message, innerException)
    {
        Kind = kind;
        IsTransient = IsTransientByDefault(kind);
    }

    /// <summary>What went wrong.</summary>
    public ChatErrorKind Kind { get; }

    /// <summary>Whether the same request to the same server may succeed later, as long as nothing of the answer was delivered.</summary>
    /// <value>Decided where the error is made; by default from <see cref="Kind"/>.</value>
    public bool IsTransient { get; init; }

    /// <summary>
    /// The provider's name, as <see cref="Microsoft.Extensions.AI.ChatClientMetadata.ProviderName"/> gives it; null when no provider was
    /// involved.
    /// </summary>
    public string? Provider { get; init; }

    /// <summary>The HTTP status, or for an error inside a stream the status that its code stands for; null when there is none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The provider's own error code or type, unchanged; null when it gave none.</summary>
    /// <remarks>Only a word of at most 64 letters, digits, '_', '.' and '-' counts: it is part of <see cref="Exception.Message"/>.</remarks>
    public string? ErrorCode { get; init; }

    /// <summary>How long the provider asks to wait before another request; null when it gave no hint.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The feature that is not supported, for example <c>streaming</c>, <c>tools</c> or <c>thinking</c>; null for every kind but
    /// <see cref="ChatErrorKind.UnsupportedFeature"/>.
    /// </summary>
    public string? Feature { get; init; }

    /// <summary>The provider's own text: at most 4 KB of UTF-8, API keys removed; null when it gave none.</summary>
    /// <remarks>Servers echo prompts in it: show it to the person who asked, do not log it.</remarks>
    public string? ProviderMessage { get; init; }

    /// <summary>The text of the answer that arrived before the failure, as the consumer saw it; null when nobody kept it, empty when there was none.</summary>
    /// <remarks>Filled in by the errors stage. It is the answer: show it to the person who asked, do not log it. <see cref="ToString"/> leaves it out.</remarks>
    public string? Partial
    {
        get => _partial;
        init => _partial = value;
    }

    /// <summary>The type, <see cref="Exception.Message"/>, causes and stack traces.</summary>
    /// <returns>A text for logs: of causes that quote the provider's answer it names the type alone.</returns>
    public override string ToString() => ExceptionText.Write(this);

    /// <summary>Sets <see cref="Partial"/> where nothing did.</summary>
    internal void FillPartial(string text) => _partial ??= text;

    // A second attempt of the same request is sensible for these only; Recovery has finer rules.
    internal static bool IsTransientByDefault(ChatErrorKind kind) => kind is
        ChatErrorKind.RateLimited or ChatErrorKind.Overloaded or ChatErrorKind.ServerError or
        ChatErrorKind.ConnectTimeout or ChatErrorKind.HeadersTimeout or ChatErrorKind.FirstContentTimeout or ChatErrorKind.IdleTimeout or
        ChatErrorKind.Network or ChatErrorKind.Truncated or ChatErrorKind.MalformedStream or ChatErrorKind.EmptyResponse;
}
