using Microsoft.Extensions.AI;
using StreamingAdapters.Limits;
using StreamingAdapters.Recovery;

namespace StreamingAdapters.Tests.Stages;

/// <summary>Every stage there is.</summary>
internal static class AllStages
{
    public static IReadOnlyList<StageRow> Rows { get; } =
    [
        new("UseStreamingMetadata", builder => builder.UseStreamingMetadata(), Abandons: false),
        new("UseStreamingErrors", builder => builder.UseStreamingErrors(), Abandons: false),
        new("UseStreamingUsage", builder => builder.UseStreamingUsage(), Abandons: false),
        new("UseStreamingTimeout", builder => builder.UseStreamingTimeout(options => options.Total = TimeSpan.FromHours(1)), Abandons: true),
        new("UseStreamingValidation", builder => builder.UseStreamingValidation(options => options.MaxCharacters = 1_000_000), Abandons: false),
        new("UseStreamingLimits", builder => builder.UseStreamingLimits(), Abandons: false),
        new("UseStreamingFallback", builder => builder.UseStreamingFallback(), Abandons: false),
        new("UseStreamingIntegrity", builder => builder.UseStreamingIntegrity(), Abandons: false),
        new("UseStreamingRecovery", builder => builder.UseStreamingRecovery(), Abandons: false),
        new("UseStreamingCoalescing", builder => builder.UseStreamingCoalescing(), Abandons: false),
    ];

    /// <summary>What keeps the same contract: a part of a stage, a stage with all that is off by default, the configured wholes.</summary>
    public static IReadOnlyList<StageRow> Wholes { get; } =
    [
        new("UseStreamingCommitGate", builder => builder.UseStreamingCommitGate(), Abandons: false),
        new("UseStreamingRecovery with everything", builder => builder.UseStreamingRecovery(RecoverWithEverything), Abandons: false),
        new("UseStreamingLimits with everything", builder => builder.UseStreamingLimits(LimitEverything), Abandons: true),
        new("UseStreaming basic", builder => builder.UseStreaming(), Abandons: false),
        new("UseStreaming enhanced", builder => builder.UseStreaming(UseEverything), Abandons: true),
    ];

    public static StageRow Named(string name) => Rows.Concat(Wholes).Single(row => row.Name == name);

    private static void RecoverWithEverything(StreamingRecoveryOptions options)
    {
        options.Hedging.Enabled = true;
        options.Continuation.Enabled = true;
    }

    private static void LimitEverything(StreamingLimitsOptions options)
    {
        (options.MaxChunks, options.MaxConcurrency, options.MaxRequests, options.QueueLimit) = (1_000_000, 1_000, 1_000, 1_000);
        options.Repetition.Enabled = true;
    }

    private static void UseEverything(StreamingOptions options)
    {
        options.Mode = StreamingMode.Enhanced;
        options.Timeout.Total = TimeSpan.FromHours(1);
    }
}
