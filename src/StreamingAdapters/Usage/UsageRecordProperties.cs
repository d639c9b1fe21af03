using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>A record as it stands in the <c>Data</c> of an exception, and back.</summary>
internal static class UsageRecordProperties
{
    private const string Kind = "kind";
    private const string Usage = "usage";
    private const string InputError = "input_error";
    private const string OutputError = "output_error";
    private const string Provider = "provider";
    private const string Model = "model";
    private const string ResponseId = "response_id";
    private const string ConversationId = "conversation_id";
    private const string Timestamp = "timestamp";
    private const string Duration = "duration";
    private const string Outcome = "outcome";
    private const string IsCacheHit = "is_cache_hit";
    private const string Cost = "cost";

    public static Dictionary<string, object?> Write(UsageRecord record) => new(StringComparer.Ordinal)
    {
        [Kind] = record.Kind.ToString(),
        [Usage] = UsageNumbers.From(record.Usage),
        [InputError] = record.InputError,
        [OutputError] = record.OutputError,
        [Provider] = record.Provider,
        [Model] = record.Model,
        [ResponseId] = record.ResponseId,
        [ConversationId] = record.ConversationId,
        [Timestamp] = record.Timestamp,
        [Duration] = record.Duration,
        [Outcome] = record.Outcome.ToString(),
        [IsCacheHit] = record.IsCacheHit,
        [Cost] = record.Cost,
    };

    /// <summary>The record; null when the value is none.</summary>
    public static UsageRecord? Read(object? value)
    {
        if (PropertyReader.Members(value) is not { } properties
            || PropertyReader.Member<UsageKind>(properties.GetValueOrDefault(Kind)) is not { } kind
            || UsageNumbers.Read(properties.GetValueOrDefault(Usage)) is not { } usage)
        {
            return null;
        }

        return new UsageRecord
        {
            Kind = kind,
            Usage = usage,
            InputError = PropertyReader.Integer(properties.GetValueOrDefault(InputError)) ?? 0,
            OutputError = PropertyReader.Integer(properties.GetValueOrDefault(OutputError)) ?? 0,
            Provider = PropertyReader.Text(properties.GetValueOrDefault(Provider)),
            Model = PropertyReader.Text(properties.GetValueOrDefault(Model)),
            ResponseId = PropertyReader.Text(properties.GetValueOrDefault(ResponseId)),
            ConversationId = PropertyReader.Text(properties.GetValueOrDefault(ConversationId)),
            Timestamp = PropertyReader.Instant(properties.GetValueOrDefault(Timestamp)) ?? default,
            Duration = PropertyReader.Duration(properties.GetValueOrDefault(Duration)) ?? default,
            Outcome = PropertyReader.Member<StreamOutcome>(properties.GetValueOrDefault(Outcome)) ?? default,
            IsCacheHit = PropertyReader.Flag(properties.GetValueOrDefault(IsCacheHit)) ?? false,
            Cost = PropertyReader.Decimal(properties.GetValueOrDefault(Cost)),
        };
    }
}
