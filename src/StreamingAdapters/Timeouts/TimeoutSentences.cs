using StreamingAdapters.Errors;

namespace StreamingAdapters.Timeouts;

/// <summary>What a clock that ran out says.</summary>
internal static class TimeoutSentences
{
    // A duration's own text is the same in every culture.
    public static string Compose(ChatTimeoutPhase phase, TimeSpan limit) => phase switch
    {
        ChatTimeoutPhase.FirstContent =>
            $"No content arrived within {limit} of waiting. Raise {nameof(StreamingTimeoutOptions.FirstContent)} if the model takes longer to load or to think.",
        ChatTimeoutPhase.Idle => $"No further content arrived within {limit} of waiting. Raise {nameof(StreamingTimeoutOptions.Idle)} if the model pauses for longer.",
        _ => $"The answer did not end within {limit} of waiting. Raise {nameof(StreamingTimeoutOptions.Total)} if answers take longer.",
    };
}
