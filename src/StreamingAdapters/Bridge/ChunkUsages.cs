using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>Usage of chunks to usage of updates and back.</summary>
internal static class ChunkUsages
{
    public static ChunkUsage From(UsageDetails usage) => new()
    {
        PromptTokens = usage.InputTokenCount,
        CompletionTokens = usage.OutputTokenCount,
        TotalTokens = usage.TotalTokenCount,
    };

    public static UsageDetails ToDetails(ChunkUsage usage) => new()
    {
        InputTokenCount = usage.PromptTokens,
        OutputTokenCount = usage.CompletionTokens,
        TotalTokenCount = usage.TotalTokens,
    };

    /// <summary>The value of <see cref="StreamingKeys.UsageSoFar"/>.</summary>
    public static AdditionalPropertiesDictionary<long> ToCounts(ChunkUsage usage)
    {
        var counts = new AdditionalPropertiesDictionary<long>();
        foreach ((string name, object? count) in UsageNumbers.From(ToDetails(usage)))
        {
            counts[name] = (long)count!;
        }

        return counts;
    }
}
