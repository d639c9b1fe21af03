using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;

namespace StreamingAdapters.Tests.Coalescing;

/// <summary>Where the merger cuts text, and where it does not.</summary>
public sealed class UpdateMergerCutTests
{
    private static readonly StreamingCoalescingOptions Held = new() { PassesFirstContent = false };

    // Neither attributes nor the test platform, which hands rows on as UTF-8, can hold halves of surrogate pairs.
    public static TheoryData<string, string[]> Parts => new()
    {
        { "family", ["👨", "\u200D", "👩", "\u200D👧", "!"] },
        { "family in halves", ["\uD83D", "\uDC68\u200D\uD83D", "\uDC69\u200D", "👧", "!"] },
        { "flag", ["🇩", "🇪", "!"] },
        { "flag in halves", ["\uD83C", "\uDDE9\uD83C", "\uDDEA", "!"] },
        { "skin tone in halves", ["👍\uD83C", "\uDFFD", "!"] },
        { "combining marks", ["e", "\u0301", "\u0323", "!"] },
        { "Hangul of parts", ["\u1112", "\u1161", "\u11AB", "!"] },
        { "variation", ["❤", "\uFE0F", "!"] },
    };

    public static TheoryData<string, string> Halves => new()
    {
        { "a pair", "\uD83D" },
        { "a family", "👨\u200D" },
        { "a flag", "🇩" },
        { "the second flag", "🇩🇪🇫" },
    };

    [Fact]
    public void Add_FirstContentIsHalf_PassesWithItsOtherHalf()
    {
        Assert.Equal(["a", "b👍", "c"], Merging.Merge(new StreamingCoalescingOptions { Unit = CoalescingUnit.Grapheme }, "ab\uD83D", "\uDC4Dc"));
        Assert.Equal(["👍", "c"], Merging.Merge(new StreamingCoalescingOptions(), "\uD83D", "\uDC4D", "c"));
    }

    [Theory]
    [MemberData(nameof(Parts), DisableDiscoveryEnumeration = true)]
    public void Add_PartsOfOneGrapheme_ComeTogether(string what, string[] parts)
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, Unit = CoalescingUnit.Grapheme };

        string[] merged = Merging.Merge(options, parts);

        Assert.True(merged.Length == 2, $"{what}: {string.Join('|', merged)}");
        Assert.Equal(string.Concat(parts[..^1]), merged[0]);
    }

    [Fact]
    public void Add_TwoFlags_AreCutBetweenThem()
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, Unit = CoalescingUnit.Grapheme };

        Assert.Equal(["🇩🇪", "🇫🇷", "!"], Merging.Merge(options, "🇩", "🇪🇫", "🇷!"));
    }

    [Fact]
    public void Add_MaxCharacters_HandsOutAllButTheLastGrapheme()
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, MaxCharacters = 6 };

        Assert.Equal(["abcde", "fghijkl", "m"], Merging.Merge(options, "abc", "def", "ghijklm"));
    }

    [Fact]
    public void Add_GraphemeLongerThanMaxCharacters_IsCutButNotInAPair()
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, MaxCharacters = 3 };

        string[] merged = Merging.Merge(options, "e\u0301\u0302", "\u0303", "\u0304\u0305", "\u0306\u0307\uD83D", "\uDC4D");

        Assert.Equal(["e\u0301\u0302\u0303", "\u0304\u0305\u0306\u0307", "👍"], merged);
    }

    [Fact]
    public void EndInterval_OneUpdate_PassesItAsItIs()
    {
        using var merger = new UpdateMerger(Held);
        ChatResponseUpdate update = Merging.Text("Hello");
        merger.Add(update);

        Assert.False(merger.EndInterval());

        Assert.Same(update, Assert.Single(merger.TakeAll()));
    }

    [Fact]
    public void EndInterval_SeveralUpdates_KeepsTheLastGraphemeForOneMore()
    {
        using var merger = new UpdateMerger(Held);
        merger.Add(Merging.Text("Hell"));
        merger.Add(Merging.Text("oe\u0301"));

        Assert.True(merger.EndInterval());
        Assert.Equal("Hello", Assert.Single(merger.TakeAll()).Text);
        Assert.Equal(2, merger.HeldCharacters);
        Assert.False(merger.EndInterval());
        Assert.Equal("e\u0301", Assert.Single(merger.TakeAll()).Text);
    }

    [Fact]
    public void EndInterval_SeveralUpdatesOfOneGrapheme_KeepsItForOneMore()
    {
        using var merger = new UpdateMerger(Held);
        merger.Add(Merging.Text("e"));
        merger.Add(Merging.Text("\u0301"));

        Assert.True(merger.EndInterval());
        Assert.Empty(merger.TakeAll());
        Assert.False(merger.EndInterval());
        Assert.Equal("e\u0301", Assert.Single(merger.TakeAll()).Text);
    }

    [Fact]
    public void EndInterval_AfterALineEnd_KeepsNothing()
    {
        using var merger = new UpdateMerger(Held);
        merger.Add(Merging.Text("a"));
        merger.Add(Merging.Text("b\n"));

        Assert.False(merger.EndInterval());

        Assert.Equal("ab\n", Assert.Single(merger.TakeAll()).Text);
    }

    [Theory]
    [MemberData(nameof(Halves), DisableDiscoveryEnumeration = true)]
    public void EndInterval_Half_WaitsForWhatFollows(string what, string half)
    {
        using var merger = new UpdateMerger(Held);
        merger.Add(Merging.Text("a "));
        merger.Add(Merging.Text(half));
        merger.EndInterval();
        merger.TakeAll();

        Assert.False(merger.EndInterval());

        Assert.Empty(merger.TakeAll());
        Assert.True(merger.IsHolding, what);
        Assert.EndsWith(half[^1..], Assert.Single(merger.FlushAndTake()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EndInterval_AfterACut_KeepsTheEnvelopeOfTheLastUpdate()
    {
        using var merger = new UpdateMerger(Held);
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddDays(1);
        merger.Add(Changed(update => update.CreatedAt = time));
        merger.Add(Changed(update => update.CreatedAt = time.AddDays(1)));
        merger.EndInterval();
        merger.TakeAll();

        ChatResponseUpdate rest = Assert.Single(merger.FlushAndTake());

        Assert.Equal(("x", time.AddDays(1), "m"), (rest.Text, rest.CreatedAt, rest.MessageId));
    }

    private static ChatResponseUpdate Changed(Action<ChatResponseUpdate> change)
    {
        ChatResponseUpdate update = Merging.Text("x");
        change(update);
        return update;
    }
}
