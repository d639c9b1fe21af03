using Microsoft.Extensions.AI;

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
        new("UseStreamingFallback", builder => builder.UseStreamingFallback(), Abandons: false),
        new("UseStreamingIntegrity", builder => builder.UseStreamingIntegrity(), Abandons: false),
        new("UseStreamingCoalescing", builder => builder.UseStreamingCoalescing(), Abandons: false),
    ];

    /// <summary>The configured wholes, which keep the same contract.</summary>
    public static IReadOnlyList<StageRow> Wholes { get; } =
    [
        new("UseStreaming basic", builder => builder.UseStreaming(), Abandons: false),
        new("UseStreaming enhanced", builder => builder.UseStreaming(UseEverything), Abandons: true),
    ];

    public static StageRow Named(string name) => Rows.Concat(Wholes).Single(row => row.Name == name);

    private static void UseEverything(StreamingOptions options)
    {
        options.Mode = StreamingMode.Enhanced;
        options.Timeout.Total = TimeSpan.FromHours(1);
    }
}
