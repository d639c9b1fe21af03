namespace StreamingAdapters.Streams;

/// <summary>The service by which a client says that it tells a whole answer from a cut one itself, by its protocol's end, and that it answers whole where streaming is refused.</summary>
internal sealed class KnowsEndOfStream
{
    private KnowsEndOfStream()
    {
    }

    public static KnowsEndOfStream Instance { get; } = new();
}
