using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Coalescing;

/// <summary>Decides which updates are merged and where the text is cut, without a clock and without I/O.</summary>
/// <remarks>
/// What is added comes out of <see cref="TryTake"/>, in its order: what is ready has to be taken before the next update is added. For one stream; not
/// thread-safe.
/// </remarks>
internal sealed class UpdateMerger(StreamingCoalescingOptions options) : IDisposable
{
    private readonly CoalescingUnit _unit = options.Unit;
    private readonly int _maxCharacters = options.MaxCharacters;
    private readonly HeldText _text = new(options.Unit);
    private ChatResponseUpdate? _first;
    private ChatResponseUpdate? _last;
    private ChatResponseUpdate? _ready;
    private ChatResponseUpdate? _nextReady;
    private bool _isReasoning;
    private int _firstLength;
    private int _lastLength;
    private bool _isJoined;
    private bool _passesNext = options.PassesFirstContent;

    /// <summary>Whether text is held.</summary>
    public bool IsHolding => _first is not null;

    /// <summary>How many characters are held.</summary>
    public int HeldCharacters => _text.Length;

    /// <summary>Whether there is something to take.</summary>
    public bool IsReady => _ready is not null;

    /// <summary>Takes up an update: it is held, or passes after what is held.</summary>
    public void Add(ChatResponseUpdate update)
    {
        if (MergeableText.Of(update, out bool isReasoning) is not { } text)
        {
            Flush();
            PutOut(update);
            _passesNext &= !SemanticContent.IsIn(update);
            return;
        }

        if (IsHolding && (isReasoning != _isReasoning || !MergeableText.Continues(update, _first!)))
        {
            Flush();
        }

        if (text.Length > 0)
        {
            Hold(update, text, isReasoning);
            HandOut(DueCharacters());
        }
        else if (!IsHolding)
        {
            PutOut(update);
        }
    }

    /// <summary>Hands out what is held because its interval is over.</summary>
    /// <remarks>
    /// Of several updates the last grapheme stays for one more interval: the next update may continue it. One update passes as it is. What is certainly half
    /// stays until something follows it.
    /// </remarks>
    /// <returns>Whether something is left that waits for another interval.</returns>
    public bool EndInterval()
    {
        int readable = _text.ReadableEnd;
        int count = _isJoined ? _text.WholeEnd : readable;
        bool isLeftReadable = readable > count;
        HandOut(count);
        if (!IsHolding)
        {
            return false;
        }

        _isJoined = false;
        return isLeftReadable;
    }

    /// <summary>Hands out everything: the text is over.</summary>
    public void Flush()
    {
        if (IsHolding)
        {
            HandOut(_text.Length);
        }
    }

    /// <summary>Takes the next update that is ready.</summary>
    public ChatResponseUpdate? TryTake()
    {
        ChatResponseUpdate? update = _ready;
        (_ready, _nextReady) = (_nextReady, null);
        return update;
    }

    public void Dispose() => _text.Dispose();

    private void Hold(ChatResponseUpdate update, string text, bool isReasoning)
    {
        if (IsHolding)
        {
            _isJoined = true;
        }
        else
        {
            (_first, _firstLength, _isReasoning) = (update, text.Length, isReasoning);
        }

        (_last, _lastLength) = (update, text.Length);
        _text.Append(text);
    }

    private int DueCharacters()
    {
        if (_passesNext)
        {
            int readable = _text.ReadableEnd;
            int passing = readable > 0 || _text.Length <= _maxCharacters ? readable : _text.PairsEnd;
            _passesNext = passing == 0;
            return passing;
        }

        int count = _unit is CoalescingUnit.None ? 0 : _text.UnitEnd;
        if (_text.Length - count < _maxCharacters)
        {
            return count;
        }

        // The bound holds also over a grapheme that is longer: it is cut then, but not within a pair.
        count = _text.WholeEnd;
        return _text.Length - count <= _maxCharacters ? count : _text.PairsEnd;
    }

    private void HandOut(int count)
    {
        if (count == 0)
        {
            return;
        }

        // A cut between two updates needs no copy of the first, and leaves the last whole.
        PutOut(count == _firstLength ? _first! : Merged(count));
        _text.Remove(count);
        _first = _last = _text.Length == 0 ? null : _last;
        _firstLength = _text.Length == _lastLength ? _lastLength : 0;
        _isJoined = false;
    }

    private ChatResponseUpdate Merged(int count)
    {
        string text = _text.Read(count);
        ChatResponseUpdate update = _first!.Clone();
        update.Contents = [_isReasoning ? new TextReasoningContent(text) : new TextContent(text)];

        // What the provider sent stands for one update, not for several or for a part.
        update.RawRepresentation = null;
        return update;
    }

    private void PutOut(ChatResponseUpdate update)
    {
        if (_ready is null)
        {
            _ready = update;
        }
        else
        {
            _nextReady = update;
        }
    }
}
