using StreamingAdapters.Errors;

namespace StreamingAdapters.Integrity;

/// <summary>What an end that should not be says.</summary>
internal static class IntegritySentences
{
    public static string Compose(ChatErrorKind kind, string? provider, bool isStreaming)
    {
        string who = string.IsNullOrEmpty(provider) ? "The inner client" : $"'{provider}'";
        return kind is ChatErrorKind.EmptyResponse
            ? $"{who} ended an answer without any content; the prompt may be longer than the context that the model was loaded with. Shorten it or send the request again, or set {nameof(StreamingIntegrityOptions.RequireContent)} to false if empty answers are meant."
            : $"{who} ended an answer without a finish reason, so it may be cut; {Delivered(isStreaming)}. Send the request again, or set {nameof(StreamingIntegrityOptions.RequireFinishReason)} to false if this client never gives one.";
    }

    private static string Delivered(bool isStreaming) => isStreaming ? "what was received was delivered" : $"its text is in {nameof(ChatAdapterException.Partial)}";
}
