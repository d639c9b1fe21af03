using System.Globalization;

namespace StreamingAdapters.Recovery;

/// <summary>Finds where a continuation goes on, in the beginning of it ("head") that may repeat the end of the received text.</summary>
/// <remarks>
/// Compared is normalised text. A head that begins with the end of the received text decides, the longest such end first; then an anchor behind a preface. Losing text is
/// worse than saying it twice: an overlap that may be chance is kept and declared. Where the received text ended within a grapheme the head is cut there too; nowhere else
/// is a grapheme cut. For one continuation; not thread-safe.
/// </remarks>
internal sealed class SeamFinder
{
    /// <summary>The most characters of a head that are looked at.</summary>
    public const int MaxHeld = 240;

    /// <summary>The number of characters that a model is asked to repeat.</summary>
    public const int AnchorLength = 40;

    private const int MinWordCharacters = 3;

    // A repeat of this length without the blank at its end is believed though the next word sticks to it.
    private const int MinStuck = 12;

    // What follows a repeat may be a pair that belongs to its last grapheme.
    private const int MinFollowing = 2;

    private readonly bool _isPrefill;
    private readonly ReceivedText _received;
    private readonly NormalizedText _head = new();
    private readonly RepeatSearch _repeats;
    private readonly PrefaceSearch _preface;

    /// <param name="received">The text so far, or the end of it.</param>
    /// <param name="isPrefill">Whether the server itself continues the text; then all that may be repeated is the whole text or a long end of it.</param>
    public SeamFinder(string received, bool isPrefill)
    {
        _isPrefill = isPrefill;
        _received = new ReceivedText(received);
        _repeats = new RepeatSearch(_received.Normalized, _head, start: 0);
        _preface = new PrefaceSearch(_received, _head);
    }

    /// <summary>Looks for the seam; false when more of the head is needed.</summary>
    /// <param name="head">All of the continuation so far; it grows from call to call.</param>
    /// <param name="isEnd">Whether nothing more comes.</param>
    /// <param name="seam">The seam, when it is found or known to be missing.</param>
    public bool TryFind(ReadOnlySpan<char> head, bool isEnd, out Seam seam)
    {
        seam = default;
        ReadOnlySpan<char> held = head[..Math.Min(head.Length, MaxHeld)];
        bool isLast = isEnd || held.Length == MaxHeld;
        _head.Read(held);
        _repeats.Read();
        int longest = _repeats.Longest;
        if (!isLast && !IsOver(_repeats, held))
        {
            return false;
        }

        if (longest > 0 && IsRepeat(held, longest))
        {
            seam = After(held, _repeats, IsRepeat);
            return true;
        }

        if (!_isPrefill)
        {
            _preface.Read(held);
        }

        if (!isLast && IsPrefaceOpen(held))
        {
            return false;
        }

        seam = _preface.Repeat is { } repeat ? AfterPreface(held, repeat) : Without(held);
        return true;
    }

    private static bool IsOver(RepeatSearch search, ReadOnlySpan<char> held) => search.IsOver && held[search.EndOf(search.Longest)..].TrimStart().Length >= MinFollowing;

    private bool IsRepeat(ReadOnlySpan<char> held, int length)
    {
        int words = _received.CountWordCharacters(length);
        if (length < MinStuck && IsStuck(held, length))
        {
            return false;
        }

        if (_isPrefill)
        {
            return length >= AnchorLength || (length == _received.Normalized.Length && words >= MinWordCharacters);
        }

        return words >= MinWordCharacters || (words > 0 && _received.BeginsAtWord(length) && IsBoundary(held, _repeats.EndOf(length)));
    }

    // "the " does not go on as "theory".
    private bool IsStuck(ReadOnlySpan<char> held, int length) =>
        _received.Blank.Length > 0 && held[_repeats.EndOf(length)..] is [var next, ..] && char.IsLetterOrDigit(next) && char.IsLetterOrDigit(_head[length - 1]);

    private static bool IsBoundary(ReadOnlySpan<char> text, int index)
    {
        int position = 0;
        while (position < index)
        {
            position += StringInfo.GetNextTextElementLength(text[position..]);
        }

        return position == index;
    }

    private Seam After(ReadOnlySpan<char> held, RepeatSearch search, Func<ReadOnlySpan<char>, int, bool> isRepeat)
    {
        int length = 0;
        foreach (int candidate in search.Candidates())
        {
            if (isRepeat(held, candidate))
            {
                length = candidate;
                break;
            }
        }

        int end = search.EndOf(length);
        int skip = end + _received.ReadBlank(held[end..]).Repeated;
        double confidence = Math.Min(1, (double)length / Math.Min(AnchorLength, _received.Normalized.Length));
        return new Seam(skip, _received.OverlapOf(length), CountPossible(held, search) - skip, confidence);
    }

    private bool IsPrefaceOpen(ReadOnlySpan<char> held) => _preface.Repeat is { } repeat ? !IsOver(repeat, held) : !_isPrefill && _preface.IsPossible(held);

    private Seam AfterPreface(ReadOnlySpan<char> held, RepeatSearch repeat)
    {
        Seam seam = After(held, repeat, (_, length) => _preface.IsAnchor(length));
        bool mayBePair = _preface.IsQuoted && seam.Skip < held.Length && NormalizedText.IsQuote(held[seam.Skip]);
        return mayBePair ? seam with { Uncertain = Math.Max(1, seam.Uncertain) } : seam;
    }

    private Seam Without(ReadOnlySpan<char> held)
    {
        bool mayRepeat = !_isPrefill || IsRepeatThroughout(held) || (_repeats.Longest > 0 && _repeats.Longest == _received.Normalized.Length);
        int uncertain = mayRepeat ? CountPossible(held, _repeats) : 0;
        return new Seam(0, 0, uncertain, _isPrefill && uncertain == 0 ? 1 : 0);
    }

    // The model repeats from further back than is held.
    private bool IsRepeatThroughout(ReadOnlySpan<char> held) => held.Length == MaxHeld && !_repeats.IsOver;

    private int CountPossible(ReadOnlySpan<char> held, RepeatSearch search)
    {
        if (IsRepeatThroughout(held))
        {
            return held.Length;
        }

        if (search.Longest == 0)
        {
            return _received.CountRepeatedBlank(held);
        }

        int end = search.EndOf(search.Longest);
        (int repeated, int uncertain) = _received.ReadBlank(held[end..]);
        return end + repeated + uncertain;
    }
}
