namespace StreamingAdapters.Testing;

/// <summary>Gemini without <c>alt=sse</c>: one JSON array that arrives over time, an object behind a comma as it is made.</summary>
internal sealed class GeminiArrayProtocol : GeminiProtocol
{
    private static ReadOnlySpan<byte> Separator => ",\r\n"u8;

    public static new GeminiArrayProtocol Instance { get; } = new();

    public override string Name => "Gemini's array";

    public override bool IsSse => false;

    public override string StreamContentType => BodyContentType;

    public override byte[] Wrap(ReadOnlySpan<byte> payload) => [.. Separator, .. payload];

    /// <summary>The array's end, behind an answer's last object.</summary>
    public static Frame End { get; } = new(FrameKind.Terminator, "\r\n]", isRaw: true);

    /// <summary>Puts the array's beginning in the place of the first separator.</summary>
    public static IEnumerable<WirePiece> Open(IEnumerable<WirePiece> pieces)
    {
        bool isOpen = false;
        foreach (WirePiece piece in pieces)
        {
            bool opens = !isOpen && piece.Bytes.AsSpan().StartsWith(Separator);
            isOpen |= opens;
            yield return opens ? piece with { Bytes = [(byte)'[', .. piece.Bytes[Separator.Length..]] } : piece;
        }
    }
}
