namespace StreamingAdapters.Testing;

/// <summary>What faults do to the bytes of an answer after framing, lazily.</summary>
internal static class WireShapes
{
    public static IEnumerable<WirePiece> EveryByteAlone(IEnumerable<WirePiece> pieces) =>
        pieces.SelectMany(static piece => Cut(piece, Enumerable.Range(1, Math.Max(0, piece.Bytes.Length - 1))));

    /// <summary>Cuts behind the first byte of every character that has several.</summary>
    public static IEnumerable<WirePiece> InsideCharacters(IEnumerable<WirePiece> pieces) =>
        pieces.SelectMany(static piece => Cut(piece, Enumerable.Range(1, Math.Max(0, piece.Bytes.Length - 1)).Where(at => piece.Bytes[at - 1] >= 0xC0)));

    public static IEnumerable<WirePiece> UpToBytes(IEnumerable<WirePiece> pieces, int bytes)
    {
        foreach (WirePiece piece in pieces)
        {
            if (piece.Bytes.Length > bytes)
            {
                yield return new WirePiece(piece.Bytes[..bytes], IsChunk: false);
                yield break;
            }

            yield return piece;
            bytes -= piece.Bytes.Length;
        }
    }

    /// <summary>JSON escapes line feeds, so every one on the wire belongs to the framing.</summary>
    public static IEnumerable<WirePiece> WithCarriageReturns(IEnumerable<WirePiece> pieces) =>
        pieces.Select(static piece => piece with { Bytes = [.. piece.Bytes.SelectMany(static b => b == (byte)'\n' ? "\r\n"u8.ToArray() : [b])] });

    public static IEnumerable<WirePiece> WithoutFinalNewline(IEnumerable<WirePiece> pieces)
    {
        WirePiece? last = null;
        foreach (WirePiece piece in pieces)
        {
            if (last is { } before)
            {
                yield return before;
            }

            last = piece;
        }

        if (last is { } end)
        {
            yield return end with { Bytes = end.Bytes.AsSpan().TrimEnd((byte)'\n').ToArray() };
        }
    }

    private static IEnumerable<WirePiece> Cut(WirePiece piece, IEnumerable<int> cuts)
    {
        int start = 0;
        foreach (int at in cuts)
        {
            yield return new WirePiece(piece.Bytes[start..at], IsChunk: false);
            start = at;
        }

        yield return new WirePiece(piece.Bytes[start..], piece.IsChunk);
    }
}
