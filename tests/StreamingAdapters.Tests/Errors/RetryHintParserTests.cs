using System.Globalization;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class RetryHintParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after-ms: 1500", 1500)]
    [InlineData("retry-after-ms: 12.5", 12.5)]
    [InlineData("x-ms-retry-after-ms: 250", 250)]
    [InlineData("retry-after: 7", 7000)]
    [InlineData("retry-after: 0", 0)]
    [InlineData("retry-after: 0.25", 250)]
    [InlineData("retry-after: 2s", 2000)]
    [InlineData("retry-after: Sun, 01 Mar 2026 12:01:30 GMT", 90_000)]
    [InlineData("retry-after: 86400", 86_400_000)]
    [InlineData("anthropic-ratelimit-requests-remaining: 0|anthropic-ratelimit-requests-reset: 2026-03-01T12:00:05Z", 5000)]
    [InlineData("anthropic-ratelimit-input-tokens-remaining: 0|anthropic-ratelimit-input-tokens-reset: 2026-03-01T13:00:00.5+01:00", 500)]
    [InlineData("x-ratelimit-remaining-requests: 0|x-ratelimit-reset-requests: 6m0s", 360_000)]
    [InlineData("x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 12ms", 12)]
    [InlineData("x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 1h2m3.5s", 3_723_500)]
    [InlineData("x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 33.25", 33_250)]
    [InlineData("x-ratelimit-remaining-requests: 0|x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 3s", 3000)]
    [InlineData("x-ratelimit-remaining-requests: 9|x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 3s", 3000)]
    [InlineData("X-RateLimit-Reset: 1772366402000", 2000)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1772366402", 2000)]
    public void Parse_OneHeaderDialect_GivesTheWait(string headers, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse(headers));

    [Theory]
    [InlineData("retry-after-ms: -1")]
    [InlineData("retry-after-ms: soon")]
    [InlineData("retry-after-ms: 1e3")]
    [InlineData("retry-after-ms: NaN")]
    [InlineData("retry-after-ms: ")]
    [InlineData("retry-after: -5")]
    [InlineData("retry-after: 86401")]
    [InlineData("retry-after: 999999999999999999999999999999999999")]
    [InlineData("retry-after: 79228162514264337593543950335")]
    [InlineData("retry-after: 5 parsecs")]
    [InlineData("retry-after: 5 s and more")]
    [InlineData("retry-after: Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("retry-after: Mon, 02 Mar 2026 12:00:01 GMT")]
    [InlineData("anthropic-ratelimit-tokens-remaining: 0|anthropic-ratelimit-tokens-reset: later")]
    [InlineData("anthropic-ratelimit-tokens-remaining: 5|anthropic-ratelimit-tokens-reset: 2026-03-01T12:00:05Z")]
    [InlineData("x-ratelimit-reset-requests: 1s")]
    [InlineData("x-ratelimit-remaining-requests: few|x-ratelimit-reset-requests: 1s")]
    [InlineData("x-ratelimit-remaining-requests: 0")]
    [InlineData("X-RateLimit-Reset: 1")]
    [InlineData("X-RateLimit-Reset: 9223372036854775807")]
    [InlineData("X-RateLimit-Reset: soon")]
    [InlineData("X-RateLimit-Remaining: 3|X-RateLimit-Reset: 1772366402000")]
    [InlineData("x-other: 1")]
    public void Parse_InvalidOrAbsurdHeader_IsNoHint(string headers) => Assert.Null(Parse(headers));

    [Theory]
    [InlineData("Please try again in 20s. Visit", 20_000.0)]
    [InlineData("Please try again in 1m2.5s", 62_500.0)]
    [InlineData("Try Again In 350ms.", 350.0)]
    [InlineData("Please retry after 6 seconds. Please go", 6000.0)]
    [InlineData("Please retry in 48.939935699s.", 48_939.9356)]
    [InlineData("try again in 1 day", 86_400_000.0)]
    [InlineData("try again in 1 hour 5 minutes 2 secs", 3_902_000.0)]
    [InlineData("try again in 5s 10 tokens", 5000.0)]
    [InlineData("try again in 500us", 0.5)]
    [InlineData("try again in 5", null)]
    [InlineData("try again in 5 dogs", null)]
    [InlineData("try again in a minute", null)]
    [InlineData("try again in ", null)]
    [InlineData("try again in 2 days", null)]
    [InlineData("try again in 99999999999d", null)]
    [InlineData("try again in 1000000000d1000000000d", null)]
    [InlineData("nothing", null)]
    public void Parse_TextOfBody_GivesTheWait(string text, double? milliseconds)
    {
        TimeSpan? direct = RetryHintParser.Parse(headers: null, new ProviderError { Message = text }, Now);
        TimeSpan? nested = RetryHintParser.Parse(headers: null, new ProviderError { Nested = new ProviderError { Message = text } }, Now);

        Assert.Equal(milliseconds is { } value ? TimeSpan.FromTicks((long)((decimal)value * TimeSpan.TicksPerMillisecond)) : null, direct);
        Assert.Equal(direct, nested);
    }

    [Fact]
    public void Parse_AllDialectsAtOnce_FirstValidWinsInOrder()
    {
        List<(string Header, int Seconds)> order =
        [
            ("retry-after-ms: 1000", 1),
            ("x-ms-retry-after-ms: 2000", 2),
            ("retry-after: 3", 3),
            ("anthropic-ratelimit-requests-remaining: 0|anthropic-ratelimit-requests-reset: 2026-03-01T12:00:06Z", 6),
            ("x-ratelimit-remaining-requests: 0|x-ratelimit-reset-requests: 7s", 7),
            ("x-ratelimit-reset: 1772366408000", 8),
        ];
        var structured = new ProviderError { RetryAfter = TimeSpan.FromSeconds(4), Message = "try again in 5s" };
        var text = new ProviderError { Message = "try again in 5s" };
        while (order.Count > 0)
        {
            string headers = string.Join('|', order.Select(pair => pair.Header));

            Assert.Equal(order[0].Seconds, Parse(headers)!.Value.TotalSeconds);
            Assert.Equal(Math.Min(order[0].Seconds, 4), Parse(headers, structured)!.Value.TotalSeconds);
            Assert.Equal(Math.Min(order[0].Seconds, 5), Parse(headers, text)!.Value.TotalSeconds);
            order.RemoveAt(0);
        }
    }

    [Fact]
    public void Parse_FirstDialectInvalid_NextOneCounts() =>
        Assert.Equal(TimeSpan.FromSeconds(3), Parse("retry-after-ms: -5|x-ms-retry-after-ms: x|retry-after: 3"));

    [Fact]
    public void Parse_HeaderTwice_FirstValidValueCounts() => Assert.Equal(TimeSpan.FromSeconds(3), Parse("retry-after: later|retry-after: 3"));

    [Fact]
    public void Parse_BodyWaitOutOfBounds_IsNoHint()
    {
        Assert.Null(Parse("", new ProviderError { RetryAfter = TimeSpan.FromHours(25) }));
        Assert.Null(Parse("", new ProviderError { RetryAfter = TimeSpan.FromSeconds(-1) }));
        Assert.Equal(TimeSpan.FromSeconds(2), Parse("", new ProviderError { Nested = new ProviderError { RetryAfter = TimeSpan.FromSeconds(2) } }));
    }

    [Fact]
    public void Parse_AnyCulture_ReadsTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
        try
        {
            Assert.Equal(TimeSpan.FromSeconds(1.5), Parse("retry-after: 1.5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TimeSpan? Parse(string headers, ProviderError? error = null)
    {
        using var response = new HttpResponseMessage();
        foreach (string line in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(':', 2);
            Assert.True(response.Headers.TryAddWithoutValidation(parts[0], parts[1].Trim()));
        }

        return RetryHintParser.Parse(response.Headers, error ?? new ProviderError(), Now);
    }
}
