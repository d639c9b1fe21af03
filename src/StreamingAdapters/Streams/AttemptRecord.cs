using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Streams;

/// <summary>One attempt of an answer, as recovery writes it into the log under <see cref="StreamingKeys.Attempts"/>.</summary>
public sealed record AttemptRecord
{
    private const string RouteKey = "route";
    private const string ProviderKey = "provider";
    private const string ModelKey = "model";
    private const string KindKey = "kind";
    private const string DurationKey = "duration";
    private const string RetryAfterKey = "retry_after";
    private const string DecisionKey = "decision";
    private const string UsageKey = "usage";
    private const string DeliveredKey = "delivered";

    /// <summary>The route that was called: a provider's name or a name of the caller's; null when there is one only.</summary>
    public string? Route { get; init; }

    /// <summary>The provider that was called; null when its client does not say.</summary>
    public string? Provider { get; init; }

    /// <summary>The model that was asked for; null when neither the request nor the client names one.</summary>
    public string? Model { get; init; }

    /// <summary>Why the attempt failed; null for the one that gave the answer.</summary>
    /// <value><see cref="ChatErrorKind.Cancelled"/> for one that another attempt outran.</value>
    public ChatErrorKind? Kind { get; init; }

    /// <summary>How long the attempt took: to its failure, and of the one that gave the answer, to its first content.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long the provider asked to wait; null when it gave no hint.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What was done next, one of <see cref="AttemptDecisions"/>; null for the attempt that gave the answer and for one that was outrun.</summary>
    public string? Decision { get; init; }

    /// <summary>What the attempt used as far as the provider said; null when it said nothing.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Whether what it answered was handed out; with a <see cref="Kind"/>, until it broke off.</summary>
    public bool IsDelivered { get; init; }

    /// <summary>The attempts that properties hold, in their order.</summary>
    /// <param name="properties">Of an update or a response; null holds none.</param>
    /// <returns>The records; empty when no stage wrote any.</returns>
    public static IReadOnlyList<AttemptRecord> ReadFrom(AdditionalPropertiesDictionary? properties) =>
        Read(properties?.GetValueOrDefault(StreamingKeys.Attempts));

    /// <summary>The attempts that an exception holds, in their order.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>The records; empty when no stage wrote any.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static IReadOnlyList<AttemptRecord> ReadFrom(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Read(ExceptionData.Find(exception, StreamingKeys.Attempts));
    }

    /// <summary>The value of <see cref="StreamingKeys.Attempts"/>: numbers from 1 to records.</summary>
    internal static Dictionary<string, object?> Write(IEnumerable<AttemptRecord> attempts) =>
        attempts.Select((attempt, index) => (Number: $"{index + 1}", attempt)).ToDictionary(numbered => numbered.Number, object? (numbered) => numbered.attempt.ToProperties(), StringComparer.Ordinal);

    private static AttemptRecord[] Read(object? value) => PropertyReader.Members(value) is not { } attempts ? [] :
        [.. Enumerable.Range(1, attempts.Count).Select(number => PropertyReader.Members(attempts.GetValueOrDefault($"{number}"))).OfType<IReadOnlyDictionary<string, object?>>().Select(FromProperties)];

    private static AttemptRecord FromProperties(IReadOnlyDictionary<string, object?> properties) => new()
    {
        Route = PropertyReader.Text(properties.GetValueOrDefault(RouteKey)),
        Provider = PropertyReader.Text(properties.GetValueOrDefault(ProviderKey)),
        Model = PropertyReader.Text(properties.GetValueOrDefault(ModelKey)),
        Kind = PropertyReader.Member<ChatErrorKind>(properties.GetValueOrDefault(KindKey)),
        Duration = PropertyReader.Duration(properties.GetValueOrDefault(DurationKey)) ?? TimeSpan.Zero,
        RetryAfter = PropertyReader.Duration(properties.GetValueOrDefault(RetryAfterKey)),
        Decision = PropertyReader.Text(properties.GetValueOrDefault(DecisionKey)),
        Usage = UsageNumbers.Read(properties.GetValueOrDefault(UsageKey)),
        IsDelivered = PropertyReader.Flag(properties.GetValueOrDefault(DeliveredKey)) is true,
    };

    private Dictionary<string, object?> ToProperties() => new(capacity: 9, StringComparer.Ordinal)
    {
        [RouteKey] = Route,
        [ProviderKey] = Provider,
        [ModelKey] = Model,
        [KindKey] = Kind?.ToString(),
        [DurationKey] = Duration,
        [RetryAfterKey] = RetryAfter,
        [DecisionKey] = Decision,
        [UsageKey] = Usage is null ? null : UsageNumbers.From(Usage),
        [DeliveredKey] = IsDelivered,
    };
}
