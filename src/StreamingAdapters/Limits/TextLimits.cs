namespace StreamingAdapters.Limits;

/// <summary>The limits on the text, or the reasoning, of one answer.</summary>
/// <param name="room">The bytes that are left to the answer.</param>
/// <param name="options">When it has said the same too often.</param>
internal sealed class TextLimits(ByteRoom room, LimitsRepetitionOptions options)
{
    private RepetitionFinder? _finder;
    private bool _endsInHalf;

    /// <summary>The limit that was passed; null while none is.</summary>
    public PassedLimit? Passed { get; private set; }

    /// <summary>Takes as much of the next piece as fits.</summary>
    /// <returns>How many of its characters fit.</returns>
    public int Take(string text)
    {
        int bounded = room.Take(text, ref _endsInHalf);
        int fresh = options.Enabled ? Fresh(text, bounded) : bounded;
        if (fresh < text.Length)
        {
            Passed = fresh < bounded ? PassedLimit.Repetition : PassedLimit.Bytes;
        }

        return fresh;
    }

    private int Fresh(string text, int bounded)
    {
        int fresh = (_finder ??= new RepetitionFinder(options)).Add(text.AsSpan(0, bounded));
        bool partsAPair = fresh > 0 && fresh < bounded && char.IsLowSurrogate(text[fresh]) && char.IsHighSurrogate(text[fresh - 1]);
        return partsAPair ? fresh - 1 : fresh;
    }
}
