using System.Globalization;
using System.Net.Http.Headers;

namespace StreamingAdapters.Errors;

/// <summary>How long a provider asks to wait, in any of the ways that providers say it; the first valid one wins.</summary>
/// <remarks>
/// The order: <c>retry-after-ms</c>, <c>x-ms-retry-after-ms</c>, <c>retry-after</c> (seconds, decimal seconds, HTTP date), the body's RetryInfo, the
/// body's text, <c>anthropic-ratelimit-*-reset</c> and <c>x-ratelimit-reset-*</c> of a bucket with nothing remaining, <c>x-ratelimit-reset</c> (epoch).
/// Negative waits and waits above 24 hours are no hints: a clock is wrong, or nobody would wait.
/// </remarks>
internal static class RetryHintParser
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly string[] Lead = ["try again in ", "retry in ", "retry after ", "try again after "];
    private static readonly string[] AnthropicBuckets = ["requests", "tokens", "input-tokens", "output-tokens"];
    private static readonly string[] Buckets = ["requests", "tokens"];

    // Epochs: OpenRouter writes milliseconds; anything below this is seconds (until the year 5138).
    private const long FirstMilliseconds = 100_000_000_000;

    /// <summary>The first valid hint; null when there is none.</summary>
    internal static TimeSpan? Parse(HttpResponseHeaders? headers, ProviderError error, DateTimeOffset now) =>
        Find(headers, "retry-after-ms", WaitText.ParseMilliseconds)
        ?? Find(headers, "x-ms-retry-after-ms", WaitText.ParseMilliseconds)
        ?? Find(headers, "retry-after", value => WaitText.Parse(value) ?? UntilHttpDate(value, now))
        ?? Valid(error.RetryAfter)
        ?? Valid(error.Nested?.RetryAfter)
        ?? FromText(error.Message)
        ?? FromText(error.Nested?.Message)
        ?? Exhausted(headers, AnthropicBuckets, "anthropic-ratelimit-{0}-remaining", "anthropic-ratelimit-{0}-reset", value => UntilTimestamp(value, now))
        ?? Exhausted(headers, Buckets, "x-ratelimit-remaining-{0}", "x-ratelimit-reset-{0}", WaitText.Parse)
        ?? (Remaining(headers, "x-ratelimit-remaining") is null or 0 ? Find(headers, "x-ratelimit-reset", value => UntilEpoch(value, now)) : null);

    private static TimeSpan? Find(HttpResponseHeaders? headers, string name, Func<string, TimeSpan?> parse)
    {
        // The typed view drops what it cannot parse, for example decimal seconds.
        if (headers is null || !headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            return null;
        }

        foreach (string value in values)
        {
            if (Valid(parse(value)) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }

    // Until every bucket that is empty has been filled.
    private static TimeSpan? Exhausted(HttpResponseHeaders? headers, string[] buckets, string remaining, string reset, Func<string, TimeSpan?> parse) => buckets
        .Where(bucket => Remaining(headers, Name(remaining, bucket)) is 0)
        .Select(bucket => Find(headers, Name(reset, bucket), parse))
        .Max();

    private static string Name(string pattern, string bucket) => pattern.Replace("{0}", bucket, StringComparison.Ordinal);

    private static decimal? Remaining(HttpResponseHeaders? headers, string name)
    {
        if (headers is null || !headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            return null;
        }

        return decimal.TryParse(values.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal remaining) ? remaining : null;
    }

    private static TimeSpan? FromText(string? text)
    {
        foreach (string lead in Lead)
        {
            int start = text?.IndexOf(lead, StringComparison.OrdinalIgnoreCase) ?? -1;
            if (start >= 0 && Valid(WaitText.ParseStart(text.AsSpan(start + lead.Length).TrimStart())) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }

    private static TimeSpan? UntilHttpDate(string value, DateTimeOffset now) =>
        RetryConditionHeaderValue.TryParse(value, out RetryConditionHeaderValue? header) ? header.Date - now : null;

    private static TimeSpan? UntilTimestamp(string value, DateTimeOffset now) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date - now : null;

    private static TimeSpan? UntilEpoch(string value, DateTimeOffset now)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch))
        {
            return null;
        }

        decimal seconds = epoch < FirstMilliseconds ? epoch : epoch / 1000m;
        decimal wait = seconds - (now.ToUnixTimeMilliseconds() / 1000m);
        return Math.Abs(wait) > (decimal)Longest.TotalSeconds ? null : TimeSpan.FromTicks((long)(wait * TimeSpan.TicksPerSecond));
    }

    private static TimeSpan? Valid(TimeSpan? wait) => wait >= TimeSpan.Zero && wait <= Longest ? wait : null;
}
