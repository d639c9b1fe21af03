namespace StreamingAdapters.Tests.Recordings;

/// <summary>Ways to cut the same bytes into reads.</summary>
internal static class Splits
{
    public static IEnumerator<int> Whole() => Forever(int.MaxValue);

    public static IEnumerator<int> EveryByte() => Forever(1);

    public static IEnumerator<int> Random(int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            yield return random.Next(1, 80);
        }
    }

    private static IEnumerator<int> Forever(int size)
    {
        while (true)
        {
            yield return size;
        }
    }
}
