using System.Threading.RateLimiting;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Limits;

/// <summary>What a limit says that ends an answer or refuses a call; never anything of the answer.</summary>
internal static class LimitsSentences
{
    /// <summary>Why an answer was ended, and what to do.</summary>
    public static string Compose(PassedLimit limit, StreamingLimitsOptions options, string? provider, bool isStreaming)
    {
        string who = string.IsNullOrEmpty(provider) ? "The inner client" : $"'{provider}'";
        string delivered = isStreaming ? "what fits was delivered" : $"the text that fits is in {nameof(ChatAdapterException.Partial)}";
        return limit switch
        {
            PassedLimit.Bytes => Invariant(
                $"{who} answered with more than {options.MaxBytes} bytes of content, the limit of this application; {delivered}. Ask for a shorter answer, or raise {nameof(StreamingLimitsOptions.MaxBytes)}."),
            PassedLimit.Chunks => Invariant(
                $"{who} answered with more than {options.MaxChunks} updates, the limit of this application; {delivered}. Ask for a shorter answer, or raise {nameof(StreamingLimitsOptions.MaxChunks)}."),
            _ => Invariant(
                $"{who} wrote the same passage {options.Repetition.Repetitions} times in a row, so this application's guard ended the answer; {delivered}. Change the prompt or the sampling, or switch {nameof(StreamingLimitsOptions.Repetition)} off if repeats are meant."),
        };
    }

    /// <summary>The refusal of a call, with the limiter's hint.</summary>
    public static ChatStreamException Refuse(CallLimit limit, RateLimitLease lease)
    {
        TimeSpan? retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : null;
        string when = retryAfter is null ? "later" : Invariant($"in {Math.Ceiling(wait.TotalSeconds)} seconds");
        return new ChatStreamException(
            ChatErrorKind.RateLimited,
            $"This application's own limit, not the provider's, refused the call before anything was sent: {limit.Refusal}. Send the request again {when}, or {limit.Advice}.")
        {
            RetryAfter = retryAfter,
        };
    }

    /// <summary>A limit by its values.</summary>
    public static CallLimit Describe(RateLimiter limiter, LimitValues values)
    {
        string queue = Invariant($"and {values.Queue} may wait");
        return values.Period is { } period
            ? new CallLimit(limiter, Invariant($"{values.Permits} calls may begin within {period}, {queue}"), $"raise {nameof(StreamingLimitsOptions.MaxRequests)} or {nameof(StreamingLimitsOptions.QueueLimit)}")
            : new CallLimit(limiter, Invariant($"{values.Permits} calls may run at once, {queue}"), $"raise {nameof(StreamingLimitsOptions.MaxConcurrency)} or {nameof(StreamingLimitsOptions.QueueLimit)}");
    }

    /// <summary>The application's own limiter.</summary>
    public static CallLimit Describe(RateLimiter limiter) =>
        new(limiter, $"the limiter that is set as {nameof(StreamingLimitsOptions.RateLimiter)} gave no permit", "change that limiter");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
