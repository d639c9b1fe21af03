using System.Buffers;

namespace StreamingAdapters.Framing;

/// <summary>
/// Server-sent events after the WHATWG grammar, with what real servers need beyond it: an event pending at the end is delivered, a line
/// <c>error: {json}</c> is a frame of its own, and JSON without a field name is collected and delivered at the end.
/// </summary>
internal sealed class SseFraming(Stream body, int maxFrameBytes = FrameReader.DefaultMaxFrameBytes) : FrameReader(body, maxFrameBytes)
{
    // Positions in the buffer. A single data line stays where it is; several are joined in a buffer of their own.
    private int _lineStart;
    private int _searched;
    private Range _data;
    private Range _eventName;
    private int _dataLines;
    private bool _skipLineFeed;
    private ArrayBufferWriter<byte>? _joined;
    private ArrayBufferWriter<byte>? _bare;

    /// <inheritdoc/>
    protected override bool TryReadFrame(out Frame frame)
    {
        if (TryReadWholeEvent(out frame))
        {
            return true;
        }

        while (TryReadLine(out Range line, out bool isTerminated))
        {
            if (line.Start.Value == line.End.Value)
            {
                if (TryDispatch(isTerminated: true, out frame))
                {
                    return true;
                }
            }
            else if (ReadField(line, isTerminated, out frame))
            {
                return true;
            }
        }

        frame = default;
        return IsAtEnd && (TryDispatch(isTerminated: false, out frame) || TryTakeBare(out frame));
    }

    /// <inheritdoc/>
    protected override void OnShifted(int by)
    {
        _lineStart -= by;
        _searched -= by;
        _data = Move(_data, by);
        _eventName = Move(_eventName, by);

        static Range Move(Range range, int by) => range.End.Value == 0 ? range : (range.Start.Value - by)..(range.End.Value - by);
    }

    // What nearly every event is, "data: ...\n\n", also with a name in front or with CRLF, and all of it here. Anything else is read line by line.
    private bool TryReadWholeEvent(out Frame frame)
    {
        frame = default;
        if (_skipLineFeed && _lineStart < End)
        {
            SkipLineFeed();
        }

        ReadOnlySpan<byte> bytes = Received[FrameStart..];
        if (_dataLines > 0 || _searched != FrameStart || _skipLineFeed || !TrySkipName(bytes, out Range name, out int dataLine))
        {
            return false;
        }

        ReadOnlySpan<byte> line = bytes[dataLine..];
        int lineEnd = line.StartsWith("data:"u8) ? line.IndexOfAny((byte)'\r', (byte)'\n') : -1;
        int gap = lineEnd < 0 ? 0 : line[lineEnd..].StartsWith("\n\n"u8) ? 2 : line[lineEnd..].StartsWith("\r\n\r\n"u8) ? 4 : 0;
        if (gap == 0)
        {
            return false;
        }

        int start = FrameStart + dataLine;
        frame = new Frame(Buffer[(start + ValueStart(line, 5))..(start + lineEnd)], Buffer[FrameStart..][name], FrameKind.Data, IsTerminated: true);
        FrameStart = _lineStart = _searched = start + lineEnd + gap;
        CheckLimit(frame.Data.Length);
        return true;
    }

    private static bool TrySkipName(ReadOnlySpan<byte> bytes, out Range name, out int dataLine)
    {
        (name, dataLine) = (default, 0);
        if (!bytes.StartsWith("event:"u8))
        {
            return true;
        }

        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            return false;
        }

        name = ValueStart(bytes, 6)..end;
        dataLine = end + (bytes[end..].StartsWith("\r\n"u8) ? 2 : 1);

        // A lone CR is a line end too, but whether it is one cannot be told before the next byte is here.
        return bytes[end] == (byte)'\n' || dataLine == end + 2;
    }

    private static int ValueStart(ReadOnlySpan<byte> line, int afterColon) => line[afterColon] == (byte)' ' ? afterColon + 1 : afterColon;

    private bool TryReadLine(out Range line, out bool isTerminated)
    {
        line = default;
        isTerminated = false;
        if (_skipLineFeed && _lineStart < End)
        {
            SkipLineFeed();
        }

        ReadOnlySpan<byte> bytes = Received;
        int lineEnd = bytes[_searched..].IndexOfAny((byte)'\r', (byte)'\n');
        if (lineEnd < 0)
        {
            _searched = End;
            if (!IsAtEnd || _lineStart == End)
            {
                return false;
            }

            line = _lineStart..End;
            _lineStart = End;
            return true;
        }

        lineEnd += _searched;
        line = _lineStart..lineEnd;
        isTerminated = true;
        _skipLineFeed = bytes[lineEnd] == '\r';
        _lineStart = _searched = lineEnd + 1;
        return true;
    }

    // CRLF is one line end, also when a read ends between the two: the LF is skipped when it comes, nothing waits for it.
    private void SkipLineFeed()
    {
        _skipLineFeed = false;
        if (Received[_lineStart] == '\n')
        {
            _lineStart++;
            _searched = Math.Max(_searched, _lineStart);
            ForgetLinesBefore();
        }
    }

    private bool ReadField(Range line, bool isTerminated, out Frame frame)
    {
        frame = default;
        ReadOnlySpan<byte> bytes = Received[line];
        int colon = bytes.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? bytes : bytes[..colon];
        int valueStart = line.Start.Value + (colon < 0 ? bytes.Length : colon + 1);
        if (valueStart < line.End.Value && Received[valueStart] == ' ')
        {
            valueStart++;
        }

        Range value = valueStart..line.End.Value;
        if (name.SequenceEqual("data"u8))
        {
            AddData(value);
        }
        else if (name.SequenceEqual("event"u8))
        {
            _eventName = value;
        }
        else if (name.SequenceEqual("error"u8))
        {
            frame = new Frame(Buffer[value], default, FrameKind.ErrorField, isTerminated);
            CheckLimit(frame.Data.Length);
            ForgetLinesBefore();
            return true;
        }
        else if (!name.IsEmpty && !name.SequenceEqual("id"u8) && !name.SequenceEqual("retry"u8))
        {
            AddBare(bytes);
        }

        ForgetLinesBefore();
        return false;
    }

    private void AddData(Range value)
    {
        if (_dataLines > 0)
        {
            Join(value);
        }

        // Joined lines are in a buffer of their own: what is kept of this one is the running line alone.
        _data = _dataLines > 0 ? default : value;
        _dataLines++;
    }

    private void Join(Range value)
    {
        _joined ??= new ArrayBufferWriter<byte>();
        if (_dataLines == 1)
        {
            _joined.ResetWrittenCount();
            _joined.Write(Received[_data]);
        }

        _joined.Write("\n"u8);
        _joined.Write(Received[value]);
        CheckLimit(_joined.WrittenCount);
    }

    // Only what looks like JSON is worth keeping: an unknown field is no error.
    private void AddBare(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimStart(" \t"u8);
        if (_bare is null && (text.IsEmpty || (text[0] != '{' && text[0] != '[')))
        {
            return;
        }

        _bare ??= new ArrayBufferWriter<byte>();
        _bare.Write(line);
        _bare.Write("\n"u8);
        CheckLimit(_bare.WrittenCount);
    }

    private bool TryDispatch(bool isTerminated, out Frame frame)
    {
        bool has = _dataLines > 0;
        ReadOnlyMemory<byte> data = _dataLines > 1 ? _joined!.WrittenMemory : Buffer[_data];
        frame = has ? new Frame(data, Buffer[_eventName], FrameKind.Data, isTerminated) : default;
        CheckLimit(frame.Data.Length);
        _data = _eventName = default;
        _dataLines = 0;
        FrameStart = _lineStart;
        return has;
    }

    private bool TryTakeBare(out Frame frame)
    {
        frame = default;
        if (_bare is null)
        {
            return false;
        }

        frame = new Frame(_bare.WrittenMemory, default, FrameKind.Bare, IsTerminated: false);
        _bare = null;
        return true;
    }

    // A pending event's name and its only data line are kept until it is dispatched; comments, unknown fields and joined lines are not.
    private void ForgetLinesBefore()
    {
        if (_data.End.Value == 0 && _eventName.End.Value == 0)
        {
            FrameStart = _lineStart;
        }
    }
}
