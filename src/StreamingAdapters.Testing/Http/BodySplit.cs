namespace StreamingAdapters.Testing;

/// <summary>Cuts bytes into pieces.</summary>
internal sealed class BodySplit
{
    private readonly Func<IEnumerator<int>> _sizes;

    private BodySplit(Func<IEnumerator<int>> sizes) => _sizes = sizes;

    public static BodySplit Whole { get; } = Sizes([int.MaxValue]);

    public static BodySplit Sizes(IReadOnlyList<int> sizes)
    {
        if (sizes.Count == 0 || sizes.Any(static size => size < 1))
        {
            throw new ArgumentException("Give at least one size; every size is at least 1 byte.", nameof(sizes));
        }

        int[] copy = [.. sizes];
        return new BodySplit(() => Repeat(copy).GetEnumerator());
    }

    public static BodySplit Random(int seed, int largest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        return new BodySplit(() => Draw(seed, largest).GetEnumerator());
    }

    /// <summary>The pieces of one body; the sizes run on from one run of bytes to the next.</summary>
    public IEnumerable<BodyStep> Cut(IEnumerable<BodyStep> steps)
    {
        using IEnumerator<int> sizes = _sizes();
        foreach (BodyStep step in steps)
        {
            if (step.Delay > TimeSpan.Zero)
            {
                yield return step;
            }

            for (int at = 0; at < step.Bytes.Length;)
            {
                sizes.MoveNext();
                int size = Math.Min(sizes.Current, step.Bytes.Length - at);
                yield return new BodyStep(step.Bytes[at..(at + size)], TimeSpan.Zero);
                at += size;
            }
        }
    }

    private static IEnumerable<int> Repeat(int[] sizes)
    {
        for (int i = 0; ; i++)
        {
            yield return sizes[Math.Min(i, sizes.Length - 1)];
        }
    }

    private static IEnumerable<int> Draw(int seed, int largest)
    {
        var random = new Random(seed);
        while (true)
        {
            yield return random.Next(1, largest + 1);
        }
    }
}
