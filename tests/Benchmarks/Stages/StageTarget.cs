using System.Globalization;

namespace Benchmarks.Stages;

/// <summary>What a row has to reach; null asks for nothing.</summary>
internal sealed record StageTarget
{
    public double? ReadyRatio { get; init; }

    public double? AsynchronousRatio { get; init; }

    public double? ReadyNanoseconds { get; init; }

    public double? AsynchronousNanoseconds { get; init; }

    public double? Bytes { get; init; }

    /// <summary>What a stream allocates once, spread over its updates: not an allocation per update.</summary>
    public double BytesOfStream { get; init; } = 4;

    public string Judge(StageCase row, StageCase bare)
    {
        List<string> verdicts = [];
        Add("ready", row.Ready.MedianNanoseconds / bare.Ready.MedianNanoseconds, ReadyRatio, "x");
        Add("async", row.Asynchronous.MedianNanoseconds / bare.Asynchronous.MedianNanoseconds, AsynchronousRatio, "x");
        Add("ready", row.Ready.MedianNanoseconds, ReadyNanoseconds, "ns");
        Add("async", row.Asynchronous.MedianNanoseconds, AsynchronousNanoseconds, "ns");
        Add("", Math.Max(0, row.Ready.MedianBytes - BytesOfStream), Bytes, "B");
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
