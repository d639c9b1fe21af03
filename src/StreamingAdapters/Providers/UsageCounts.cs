using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <summary>Usage as the value of <see cref="StreamingKeys.UsageSoFar"/>: the numbers that are known, by their names in <see cref="UsageDetails"/>.</summary>
internal static class UsageCounts
{
    public static AdditionalPropertiesDictionary<long> Of(UsageDetails usage)
    {
        var counts = new AdditionalPropertiesDictionary<long>();
        Add(nameof(usage.InputTokenCount), usage.InputTokenCount);
        Add(nameof(usage.OutputTokenCount), usage.OutputTokenCount);
        Add(nameof(usage.TotalTokenCount), usage.TotalTokenCount);
        Add(nameof(usage.CachedInputTokenCount), usage.CachedInputTokenCount);
        Add(nameof(usage.ReasoningTokenCount), usage.ReasoningTokenCount);
        return counts;

        void Add(string name, long? count)
        {
            if (count is { } number)
            {
                counts[name] = number;
            }
        }
    }
}
