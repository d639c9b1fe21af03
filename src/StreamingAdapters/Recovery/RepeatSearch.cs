namespace StreamingAdapters.Recovery;

/// <summary>Finds the ends of the received text that a head has from some character on.</summary>
/// <remarks>
/// A repeat may have begun at any character of the received text. Each character of the head leaves those beginnings where it follows; one whose end is reached is a
/// repeat. Most fall at the first character, so that reading on costs next to nothing.
/// </remarks>
internal sealed class RepeatSearch
{
    private readonly NormalizedText _received;
    private readonly NormalizedText _head;
    private readonly int _start;
    private readonly List<int> _beginnings;
    private readonly List<int> _lengths = [];
    private int _read;

    public RepeatSearch(NormalizedText received, NormalizedText head, int start)
    {
        _received = received;
        _head = head;
        _start = start;
        _beginnings = [.. Enumerable.Range(0, received.Length)];
    }

    /// <summary>Whether no longer repeat can come.</summary>
    public bool IsOver => _beginnings.Count == 0;

    /// <summary>The length of the longest repeat so far; 0 for none.</summary>
    public int Longest => _lengths.Count == 0 ? 0 : _lengths[^1];

    /// <summary>Where a repeat of some length ends in the head; for 0, where the head begins.</summary>
    public int EndOf(int length) => length == 0 ? 0 : _head.EndOf(_start + length);

    /// <summary>Reads what the head has more than at the last call.</summary>
    public void Read()
    {
        while (_start + _read < _head.Length && !IsOver)
        {
            char next = _head[_start + _read];
            _beginnings.RemoveAll(beginning => _received[beginning + _read] != next);
            _read++;
            if (_beginnings.Remove(_received.Length - _read) && _head.CanCutAfter(_start + _read))
            {
                _lengths.Add(_read);
            }
        }
    }

    /// <summary>The lengths that a repeat may have had: the longest, preceded by shorter ones where the received end says the same twice or more and new text may too.</summary>
    public IEnumerable<int> Candidates()
    {
        int period = _lengths.Count > 1 ? Longest - _lengths[^2] : 0;
        return period > 0 && period * 2 <= Longest
            ? _lengths.Where(length => (Longest - length) % period == 0)
            : [Longest];
    }
}
