namespace StreamingAdapters.Recovery;

/// <summary>The last times to the first content of one route and model. Thread-safe.</summary>
internal sealed class FirstContentTimes
{
    /// <summary>How many times are kept.</summary>
    public const int Capacity = 200;

    private readonly Lock _gate = new();
    private readonly Queue<TimeSpan> _times = new();

    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            if (_times.Count == Capacity)
            {
                _times.Dequeue();
            }

            _times.Enqueue(time);
        }
    }

    /// <summary>The shortest kept time that the given part of them does not pass; null while fewer than asked for are known.</summary>
    public TimeSpan? Quantile(double quantile, int minimumSamples)
    {
        TimeSpan[] sorted;
        lock (_gate)
        {
            if (_times.Count < minimumSamples)
            {
                return null;
            }

            sorted = [.. _times];
        }

        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
