using System.Diagnostics;

namespace Benchmarks.Quick;

/// <summary>One case and what its rounds took.</summary>
internal sealed class Measurement(string name, Func<Task<long>> run, int deltas)
{
    private readonly List<double> _nanoseconds = [];
    private readonly List<double> _bytes = [];

    public string Name { get; } = name;

    /// <summary>The fastest round: what the code needs when nothing else runs.</summary>
    public double MinNanoseconds => _nanoseconds.Min();

    public double MedianNanoseconds => Median(_nanoseconds);

    public double MedianBytes => Median(_bytes);

    /// <summary>Runs it once without counting.</summary>
    public async Task WarmUpAsync(long expected) => Check(await run(), expected);

    /// <summary>Runs it once and counts.</summary>
    public async Task RunAsync(long expected)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        long characters = await run();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        Check(characters, expected);
        _nanoseconds.Add(elapsed.TotalNanoseconds / deltas);
        _bytes.Add((double)bytes / deltas);
    }

    private void Check(long characters, long expected)
    {
        if (characters != expected)
        {
            throw new InvalidOperationException($"'{Name}' found {characters} characters of text where the body has {expected}.");
        }
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
