namespace StreamingAdapters.Framing;

/// <summary>One JSON object per line. JSON escapes newlines, so cutting at LF is exact; CRLF, blank lines and a missing last newline are accepted.</summary>
internal sealed class NdjsonFraming(Stream body, int maxFrameBytes = FrameReader.DefaultMaxFrameBytes) : FrameReader(body, maxFrameBytes)
{
    private static ReadOnlySpan<byte> Blanks => " \t\r"u8;

    // How far the current line was searched for its end: a line that comes in many pieces is searched once.
    private int _searched;

    /// <inheritdoc/>
    protected override bool TryReadFrame(out Frame frame)
    {
        while (FrameStart < End)
        {
            int newline = Received[_searched..].IndexOf((byte)'\n');
            if (newline < 0 && !IsAtEnd)
            {
                _searched = End;
                break;
            }

            int lineEnd = newline < 0 ? End : _searched + newline;
            ReadOnlyMemory<byte> line = Buffer[FrameStart..lineEnd].Trim(Blanks);
            FrameStart = _searched = newline < 0 ? End : lineEnd + 1;
            if (!line.IsEmpty)
            {
                CheckLimit(line.Length);
                frame = new Frame(line, default, FrameKind.Data, IsTerminated: newline >= 0);
                return true;
            }
        }

        frame = default;
        return false;
    }

    /// <inheritdoc/>
    protected override void OnShifted(int by) => _searched -= by;
}
