using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>A summary as the value of <see cref="StreamingKeys.Summary"/>, and back.</summary>
internal static class SummaryProperties
{
    private const string OutcomeKey = "outcome";
    private const string StartedAtKey = "started_at";
    private const string DurationKey = "duration";
    private const string FirstContentKey = "first_content";
    private const string ChunksKey = "chunks";
    private const string BytesKey = "bytes";
    private const string ChunksPerSecondKey = "chunks_per_second";
    private const string TokensPerSecondKey = "tokens_per_second";
    private const string AttemptsKey = "attempts";
    private const string ProviderKey = "provider";
    private const string ModelKey = "model";
    private const string UsageKey = "usage";
    private const string ErrorTypeKey = "error_type";

    /// <summary>The members that are known.</summary>
    public static Dictionary<string, object?> Write(StreamSummary summary)
    {
        var properties = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [OutcomeKey] = summary.Outcome.ToString(),
            [StartedAtKey] = summary.StartedAt,
            [DurationKey] = summary.Duration,
            [ChunksKey] = summary.Chunks,
            [BytesKey] = summary.Bytes,
            [AttemptsKey] = summary.Attempts,
        };
        Add(properties, FirstContentKey, summary.FirstContent);
        Add(properties, ChunksPerSecondKey, summary.ChunksPerSecond);
        Add(properties, TokensPerSecondKey, summary.TokensPerSecond);
        Add(properties, ProviderKey, summary.Provider);
        Add(properties, ModelKey, summary.Model);
        Add(properties, UsageKey, summary.Usage is { } usage ? UsageNumbers.From(usage) : null);
        Add(properties, ErrorTypeKey, summary.ErrorType);
        return properties;
    }

    /// <summary>The summary that a value holds; null when it is none.</summary>
    public static StreamSummary? Read(object? value) =>
        PropertyReader.Members(value) is not { } properties || PropertyReader.Member<StreamOutcome>(properties.GetValueOrDefault(OutcomeKey)) is not { } outcome
        ? null
        : new StreamSummary
        {
            Outcome = outcome,
            StartedAt = PropertyReader.Instant(properties.GetValueOrDefault(StartedAtKey)) ?? default,
            Duration = PropertyReader.Duration(properties.GetValueOrDefault(DurationKey)) ?? TimeSpan.Zero,
            FirstContent = PropertyReader.Duration(properties.GetValueOrDefault(FirstContentKey)),
            Chunks = PropertyReader.Integer(properties.GetValueOrDefault(ChunksKey)) ?? 0,
            Bytes = PropertyReader.Integer(properties.GetValueOrDefault(BytesKey)) ?? 0,
            ChunksPerSecond = PropertyReader.Number(properties.GetValueOrDefault(ChunksPerSecondKey)),
            TokensPerSecond = PropertyReader.Number(properties.GetValueOrDefault(TokensPerSecondKey)),
            Attempts = (int)(PropertyReader.Integer(properties.GetValueOrDefault(AttemptsKey)) ?? 1),
            Provider = PropertyReader.Text(properties.GetValueOrDefault(ProviderKey)),
            Model = PropertyReader.Text(properties.GetValueOrDefault(ModelKey)),
            Usage = UsageNumbers.Read(properties.GetValueOrDefault(UsageKey)),
            ErrorType = PropertyReader.Text(properties.GetValueOrDefault(ErrorTypeKey)),
        };

    private static void Add(Dictionary<string, object?> properties, string key, object? value)
    {
        if (value is not null)
        {
            properties[key] = value;
        }
    }
}
