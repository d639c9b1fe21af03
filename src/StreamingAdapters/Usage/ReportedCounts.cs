using Microsoft.Extensions.AI;

namespace StreamingAdapters.Usage;

/// <summary>The numbers of a report that a replay repeats.</summary>
internal readonly record struct ReportedCounts(long? Input, long? Output, long? Total)
{
    public static ReportedCounts Of(UsageDetails usage) => new(usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount);
}
