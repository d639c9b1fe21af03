namespace StreamingAdapters.Limits;

/// <summary>Finds a passage that stands several times in a row in a text that comes in pieces.</summary>
/// <remarks>
/// Constant time a character, constant memory. A rolling hash (Karp and Rabin) of the last characters tells where the same characters stood before; that distance is the passage's
/// length for as long as every further character equals the one so far back. For one text; not thread-safe.
/// </remarks>
internal sealed class RepetitionFinder
{
    public const int LongestPassage = 1_024;

    // A passage and the one before it.
    private const int RecentLength = 2 * LongestPassage;
    private const int SlotBits = 11;
    private const uint Base = 0x01000193;
    private const uint Spread = 0x9E3779B1;

    private readonly char[] _recent = new char[RecentLength];
    private readonly int[] _lastEnds = new int[1 << SlotBits];
    private readonly int _length;
    private readonly int _repetitions;
    private readonly uint _weightOfLeaving;
    private uint _hash;
    private int _count;
    private int _passage;
    private int _run;
    private int _runNeeded;

    public RepetitionFinder(LimitsRepetitionOptions options)
    {
        (_length, _repetitions) = (options.Length, options.Repetitions);
        _weightOfLeaving = 1;
        for (int index = 0; index < _length; index++)
        {
            _weightOfLeaving *= Base;
        }
    }

    /// <summary>Adds the next piece.</summary>
    /// <returns>How many of its characters stand in front of the one that completes the last repetition; all when none does.</returns>
    public int Add(ReadOnlySpan<char> text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (Completes(text[index]))
            {
                return index;
            }
        }

        return text.Length;
    }

    private bool Completes(char next)
    {
        bool goesOn = _passage > 0 && CharacterBefore(_passage) == next;
        Remember(next);
        if (goesOn)
        {
            _run++;
        }
        else
        {
            _passage = 0;
        }

        if (_count >= _length)
        {
            LookUp();
        }

        return _passage > 0 && _run >= _runNeeded;
    }

    private char CharacterBefore(int distance) => _recent[(_count - distance) & (RecentLength - 1)];

    private void Remember(char next)
    {
        _hash = (_hash * Base) + next;
        if (_count >= _length)
        {
            _hash -= CharacterBefore(_length) * _weightOfLeaving;
        }

        _recent[_count & (RecentLength - 1)] = next;
        _count++;
    }

    // Where these last characters stood before. Two hashes may share a slot, so that it is found later than it began, or not what it is: the characters themselves tell.
    private void LookUp()
    {
        ref int lastEnd = ref _lastEnds[(_hash * Spread) >> (32 - SlotBits)];
        int distance = _count - lastEnd;
        if (_passage == 0 && lastEnd > 0 && distance <= LongestPassage && RunOf(distance) is var run && run >= _length)
        {
            int counted = (_length + distance - 1) / distance * distance;
            (_passage, _run, _runNeeded) = (distance, run, (_repetitions * counted) - distance);
        }

        lastEnd = _count;
    }

    private int RunOf(int distance)
    {
        int run = 0;
        int most = Math.Min(_count, RecentLength) - distance;
        while (run < most && CharacterBefore(run + 1) == CharacterBefore(run + 1 + distance))
        {
            run++;
        }

        return run;
    }
}
