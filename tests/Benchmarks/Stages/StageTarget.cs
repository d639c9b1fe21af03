using System.Globalization;

namespace Benchmarks.Stages;

/// <summary>What a row has to reach; null asks for nothing.</summary>
internal sealed record StageTarget
{
    // What a stream allocates once, spread over its updates, is not an allocation per update.
    private const double PerStream = 4;

    public double? ReadyRatio { get; init; }

    public double? AsynchronousRatio { get; init; }

    public double? ReadyNanoseconds { get; init; }

    public double? AsynchronousNanoseconds { get; init; }

    public double? Bytes { get; init; }

    public string Judge(StageCase row, StageCase bare)
    {
        List<string> verdicts = [];
        Add("ready", row.Ready.MedianNanoseconds / bare.Ready.MedianNanoseconds, ReadyRatio, "x");
        Add("async", row.Asynchronous.MedianNanoseconds / bare.Asynchronous.MedianNanoseconds, AsynchronousRatio, "x");
        Add("ready", row.Ready.MedianNanoseconds, ReadyNanoseconds, "ns");
        Add("async", row.Asynchronous.MedianNanoseconds, AsynchronousNanoseconds, "ns");
        Add("", Math.Max(0, row.Ready.MedianBytes - PerStream), Bytes, "B");
        return string.Join("; ", verdicts);

        void Add(string what, double value, double? limit, string unit)
        {
            if (limit is { } most)
            {
                verdicts.Add(string.Create(CultureInfo.InvariantCulture, $"{what} <= {most} {unit}: {(value <= most ? "pass" : "MISS")}").TrimStart());
            }
        }
    }
}
