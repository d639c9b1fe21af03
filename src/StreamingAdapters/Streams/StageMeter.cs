using System.Diagnostics.Metrics;

namespace StreamingAdapters.Streams;

/// <summary>The meter <c>StreamingAdapters</c>, which every stage measures on.</summary>
internal static class StageMeter
{
    public const string Name = "StreamingAdapters";

    /// <summary>Buckets for seconds, those of OpenTelemetry's semantic conventions for generative AI.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    /// <summary>The process's own, where no factory is given.</summary>
    /// <remarks>
    /// One for all stages and never disposed, as the framework's own meters are: a meter of its own for each would take the measurements of calls in flight
    /// with it when its pipeline is replaced, and publish every instrument again.
    /// </remarks>
    private static Meter Shared { get; } = new(Name);

    /// <summary>The tags that have a value.</summary>
    public static KeyValuePair<string, object?>[] Tags(params IEnumerable<(string Name, string? Value)> tags) =>
        [.. tags.Where(static tag => tag.Value is not null).Select(static tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))];

    /// <summary>The meter of a factory, which gives the same one, and so the same instruments, to every stage.</summary>
    public static Meter Of(IMeterFactory? factory) => factory?.Create(new MeterOptions(Name)) ?? Shared;
}
