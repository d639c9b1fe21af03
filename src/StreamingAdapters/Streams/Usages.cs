using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Arithmetic of usage; no operand is changed, for it belongs to an update.</summary>
internal static class Usages
{
    /// <summary>Whether there are any tokens: some servers send zeros for what they do not count.</summary>
    public static bool HasTokens(UsageDetails usage) =>
        usage.InputTokenCount is > 0 || usage.OutputTokenCount is > 0 || usage.TotalTokenCount is > 0;

    public static UsageDetails Copy(UsageDetails usage)
    {
        var copy = new UsageDetails();
        copy.Add(usage);
        return copy;
    }

    /// <summary>Both together; null when both are.</summary>
    public static UsageDetails? Sum(UsageDetails? left, UsageDetails? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        UsageDetails sum = Copy(left);
        sum.Add(right);
        return sum;
    }

    /// <summary>The first, and the second's number where it has none; null when both are.</summary>
    public static UsageDetails? Merge(UsageDetails? usage, UsageDetails? otherwise)
    {
        if (usage is null || otherwise is null)
        {
            return usage ?? otherwise;
        }

        if (usage is { InputTokenCount: not null, OutputTokenCount: not null, TotalTokenCount: not null, CachedInputTokenCount: not null, ReasoningTokenCount: not null })
        {
            return usage;
        }

        UsageDetails merged = Copy(usage);
        merged.InputTokenCount ??= otherwise.InputTokenCount;
        merged.OutputTokenCount ??= otherwise.OutputTokenCount;
        merged.TotalTokenCount ??= otherwise.TotalTokenCount;
        merged.CachedInputTokenCount ??= otherwise.CachedInputTokenCount;
        merged.ReasoningTokenCount ??= otherwise.ReasoningTokenCount;
        return merged;
    }
}
