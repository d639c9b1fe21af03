using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Usage as plain numbers by the names of <see cref="UsageDetails"/>, as it stands in <c>AdditionalProperties</c>, and back.</summary>
internal static class UsageNumbers
{
    /// <summary>The counts that are known.</summary>
    public static Dictionary<string, object?> From(UsageDetails usage)
    {
        var numbers = new Dictionary<string, object?>(StringComparer.Ordinal);
        Add(numbers, nameof(UsageDetails.InputTokenCount), usage.InputTokenCount);
        Add(numbers, nameof(UsageDetails.OutputTokenCount), usage.OutputTokenCount);
        Add(numbers, nameof(UsageDetails.TotalTokenCount), usage.TotalTokenCount);
        Add(numbers, nameof(UsageDetails.CachedInputTokenCount), usage.CachedInputTokenCount);
        Add(numbers, nameof(UsageDetails.ReasoningTokenCount), usage.ReasoningTokenCount);
        foreach ((string name, long count) in usage.AdditionalCounts ?? [])
        {
            numbers[name] = count;
        }

        return numbers;
    }

    /// <summary>The usage that numbers say: of <see cref="StreamingKeys.UsageSoFar"/>, of an attempt, of a file; null when they are none.</summary>
    public static UsageDetails? Read(object? value)
    {
        IEnumerable<KeyValuePair<string, object?>>? numbers = value is AdditionalPropertiesDictionary<long> counts
            ? counts.Select(count => KeyValuePair.Create(count.Key, (object?)count.Value))
            : PropertyReader.Members(value);
        if (numbers is null)
        {
            return null;
        }

        var usage = new UsageDetails();
        foreach ((string name, object? number) in numbers)
        {
            if (PropertyReader.Integer(number) is { } count)
            {
                Set(usage, name, count);
            }
        }

        return usage;
    }

    private static void Add(Dictionary<string, object?> numbers, string name, long? count)
    {
        if (count is { } known)
        {
            numbers[name] = known;
        }
    }

    private static void Set(UsageDetails usage, string name, long count)
    {
        switch (name)
        {
            case nameof(UsageDetails.InputTokenCount):
                usage.InputTokenCount = count;
                break;
            case nameof(UsageDetails.OutputTokenCount):
                usage.OutputTokenCount = count;
                break;
            case nameof(UsageDetails.TotalTokenCount):
                usage.TotalTokenCount = count;
                break;
            case nameof(UsageDetails.CachedInputTokenCount):
                usage.CachedInputTokenCount = count;
                break;
            case nameof(UsageDetails.ReasoningTokenCount):
                usage.ReasoningTokenCount = count;
                break;
            default:
                (usage.AdditionalCounts ??= [])[name] = count;
                break;
        }
    }
}
