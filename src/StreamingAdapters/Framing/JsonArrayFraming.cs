namespace StreamingAdapters.Framing;

/// <summary>
/// The objects of one JSON array as they come, or one object alone. The array's end is a frame of its own, <c>]</c>: it says that the server wrote all it meant to.
/// </summary>
internal sealed class JsonArrayFraming(Stream body, int maxFrameBytes = FrameReader.DefaultMaxFrameBytes) : FrameReader(body, maxFrameBytes)
{
    // How far the current object was searched for its end, and what was found until there.
    private int _searched;
    private int _depth;
    private bool _isInString;

    /// <inheritdoc/>
    protected override bool TryReadFrame(out Frame frame)
    {
        while (FrameStart < End)
        {
            byte first = Received[FrameStart];
            if (_depth == 0 && first is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)'[')
            {
                _searched = ++FrameStart;
            }
            else if (_depth == 0 && first != (byte)'{')
            {
                // The end, or what is no array of objects: its reader says so.
                return Take(first == (byte)']' ? FrameStart + 1 : End, isTerminated: true, out frame);
            }
            else if (TryFindEnd(out int end))
            {
                return Take(end, isTerminated: true, out frame);
            }
            else
            {
                break;
            }
        }

        if (IsAtEnd && FrameStart < End)
        {
            return Take(End, isTerminated: false, out frame);
        }

        frame = default;
        return false;
    }

    /// <inheritdoc/>
    protected override void OnShifted(int by) => _searched -= by;

    private bool Take(int end, bool isTerminated, out Frame frame)
    {
        frame = new Frame(Buffer[FrameStart..end], default, FrameKind.Data, isTerminated);
        FrameStart = _searched = end;
        (_depth, _isInString) = (0, false);
        CheckLimit(frame.Data.Length);
        return true;
    }

    private bool TryFindEnd(out int end)
    {
        while (_searched < End)
        {
            ReadOnlySpan<byte> rest = Received[_searched..];
            int next = _isInString ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOfAny((byte)'"', (byte)'{', (byte)'}');
            if (next < 0)
            {
                _searched = End;
                break;
            }

            if (rest[next] == (byte)'\\')
            {
                if (next + 1 == rest.Length)
                {
                    // What it escapes is not here yet.
                    _searched += next;
                    break;
                }

                next++;
            }

            _searched += next + 1;
            if (Count(rest[next], rest[..next]))
            {
                end = _searched;
                return true;
            }
        }

        end = 0;
        return false;
    }

    // Whether the object ends with this byte.
    private bool Count(byte found, ReadOnlySpan<byte> before)
    {
        if (_isInString)
        {
            _isInString = found != (byte)'"' || before.EndsWith("\\"u8);
            return false;
        }

        switch (found)
        {
            case (byte)'"':
                _isInString = true;
                return false;
            case (byte)'{':
                _depth++;
                return false;
            default:
                return --_depth == 0;
        }
    }
}
