using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Framing;

/// <summary>Every way to cut a short body into three reads, and byte by byte.</summary>
internal static class FrameSplits
{
    public static IEnumerable<IEnumerator<int>> Of(int length)
    {
        yield return Splits.Whole();
        yield return Splits.EveryByte();
        for (int first = 1; first < length; first++)
        {
            for (int second = first + 1; second <= length; second++)
            {
                yield return Sizes(first, second - first, int.MaxValue);
            }
        }
    }

    /// <summary>Reads of these sizes; the last repeats.</summary>
    public static IEnumerator<int> Sizes(params int[] sizes)
    {
        foreach (int size in sizes)
        {
            yield return size;
        }

        while (true)
        {
            yield return sizes[^1];
        }
    }
}
