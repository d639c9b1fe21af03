using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;

namespace StreamingAdapters.Tests.Coalescing;

public sealed class UpdateMergerTests
{
    private static readonly StreamingCoalescingOptions Held = new() { PassesFirstContent = false };

    public static TheoryData<string, Func<ChatResponseUpdate>> Barriers => new()
    {
        { "a tool call", () => With(new FunctionCallContent("c", "f")) },
        { "data", () => With(new DataContent(new byte[] { 1 }, "image/png")) },
        { "usage", () => With(new UsageContent(new UsageDetails { InputTokenCount = 1 })) },
        { "a finish reason", () => Changed(update => update.FinishReason = ChatFinishReason.Stop) },
        { "a continuation token", () => Changed(update => update.ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 })) },
        { "properties", () => Changed(update => update.AdditionalProperties = new() { ["k"] = 1 }) },
        { "no properties in a dictionary", () => Changed(update => update.AdditionalProperties = []) },
        { "no content", () => With() },
        { "two contents", () => With(new TextContent("x"), new TextContent("y")) },
        { "an annotation", () => With(new TextContent("x") { Annotations = [new CitationAnnotation { Title = "t" }] }) },
        { "properties of the content", () => With(new TextContent("x") { AdditionalProperties = new() { ["k"] = 1 } }) },
        { "protected reasoning", () => With(new TextReasoningContent("x") { ProtectedData = "p" }) },
        { "a class of somebody's own", () => new OwnUpdate { Contents = [new TextContent("x")] } },
    };

    public static TheoryData<string, Func<ChatResponseUpdate>> Changes => new()
    {
        { "message id", () => Changed(update => update.MessageId = "m2") },
        { "response id", () => Changed(update => update.ResponseId = "r2") },
        { "conversation id", () => Changed(update => update.ConversationId = "c2") },
        { "model", () => Changed(update => update.ModelId = "other") },
        { "author", () => Changed(update => update.AuthorName = "other") },
        { "role", () => Changed(update => update.Role = ChatRole.Tool) },
        { "first time", () => Changed(update => update.CreatedAt = DateTimeOffset.UnixEpoch.AddDays(1)) },
        { "kind of content", () => Merging.Reasoning("x") },
    };

    [Theory]
    [MemberData(nameof(Barriers))]
    public void Add_MoreThanText_FlushesAndPassesTheSameInstance(string what, Func<ChatResponseUpdate> make)
    {
        using var merger = new UpdateMerger(Held);
        ChatResponseUpdate[] before = [Merging.Text("a"), Merging.Text("b")];
        ChatResponseUpdate barrier = make();
        Assert.All(before, update => Assert.Empty(merger.AddAndTake(update)));

        List<ChatResponseUpdate> taken = merger.AddAndTake(barrier);

        Assert.True(taken.Count == 2, what);
        Assert.Equal("ab", taken[0].Text);
        Assert.Same(barrier, taken[1]);
        Assert.False(merger.IsHolding);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Add_AnotherEnvelope_FlushesAndHoldsIt(string what, Func<ChatResponseUpdate> make)
    {
        using var merger = new UpdateMerger(Held);
        ChatResponseUpdate changed = make();
        merger.Add(Merging.Text("a"));
        merger.Add(Merging.Text("b"));

        List<ChatResponseUpdate> taken = merger.AddAndTake(changed);

        Assert.True(taken.Count == 1, what);
        Assert.Equal("ab", taken[0].Text);
        Assert.Same(changed, Assert.Single(merger.FlushAndTake()));
    }

    [Fact]
    public void Add_ValuesThatAreNotRepeated_AreUnchanged()
    {
        using var merger = new UpdateMerger(Held);
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddDays(1);
        ChatResponseUpdate first = Changed(update => (update.ModelId, update.AuthorName, update.ConversationId, update.CreatedAt, update.RawRepresentation) = ("model", "author", "c", time, "raw"));
        merger.Add(first);
        merger.Add(new ChatResponseUpdate(null, "y") { CreatedAt = time.AddDays(1) });

        ChatResponseUpdate merged = Assert.Single(merger.FlushAndTake());

        Assert.Equal("xy", merged.Text);
        Assert.Equal(("m", "r", "model", "author", "c"), (merged.MessageId, merged.ResponseId, merged.ModelId, merged.AuthorName, merged.ConversationId));
        Assert.Equal((ChatRole.Assistant, time), (merged.Role, merged.CreatedAt));
        Assert.Null(merged.RawRepresentation);
        Assert.Equal("x", first.Text);
        Assert.Equal("raw", first.RawRepresentation);
    }

    [Fact]
    public void Add_Reasoning_MergesToReasoning()
    {
        using var merger = new UpdateMerger(Held);
        merger.Add(Merging.Reasoning("a"));
        merger.Add(Merging.Reasoning("b"));

        ChatResponseUpdate merged = Assert.Single(merger.FlushAndTake());

        Assert.Equal("ab", Assert.IsType<TextReasoningContent>(Assert.Single(merged.Contents)).Text);
    }

    [Fact]
    public void Add_EmptyText_PassesWhenNothingIsHeldAndIsAbsorbedElse()
    {
        using var merger = new UpdateMerger(new StreamingCoalescingOptions());
        ChatResponseUpdate[] updates = [Merging.Text(""), Merging.Text("a"), Merging.Text(""), Merging.Text("b"), Merging.Text(""), Merging.Text("c")];

        List<List<ChatResponseUpdate>> taken = [.. updates.Select(merger.AddAndTake)];

        Assert.Equal([1, 1, 1, 0, 0, 0], taken.Select(updates => updates.Count));
        Assert.Equal("bc", Assert.Single(merger.FlushAndTake()).Text);
    }

    [Fact]
    public void Add_FirstContent_PassesAtOnceAndHoldsWhatFollows()
    {
        using var merger = new UpdateMerger(new StreamingCoalescingOptions { Unit = CoalescingUnit.Line });
        ChatResponseUpdate first = Merging.Text("Hel");

        Assert.Same(first, Assert.Single(merger.AddAndTake(first)));
        Assert.Empty(merger.AddAndTake(Merging.Text("lo")));
    }

    [Theory]
    [InlineData(CoalescingUnit.None, "Hello wor|ld, how|\nare you")]
    [InlineData(CoalescingUnit.Word, "Hello| world, how|\nare| you")]
    [InlineData(CoalescingUnit.Line, "Hello world, how\n|are you")]
    [InlineData(CoalescingUnit.Grapheme, "Hello wo|rld, ho|w\n|are yo|u")]
    public void Add_Unit_HandsOutWholeUnits(CoalescingUnit unit, string expected)
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, Unit = unit };
        string[] texts = unit is CoalescingUnit.Word ? ["Hello", " wor", "ld,", " how\na", "re", " you"] : ["Hello wor", "ld, how", "\n", "are you"];

        string[] merged = Merging.Merge(options, texts);

        Assert.Equal(unit is CoalescingUnit.None ? ["Hello world, how\nare you"] : expected.Split('|'), merged);
    }

    [Fact]
    public void Add_CutBetweenUpdates_PassesThemAsTheyAre()
    {
        using var merger = new UpdateMerger(new StreamingCoalescingOptions { PassesFirstContent = false, Unit = CoalescingUnit.Word });
        ChatResponseUpdate[] updates = [Merging.Text("The"), Merging.Text(" quick"), Merging.Text(" br"), Merging.Text("own"), Merging.Text(" fox")];

        List<ChatResponseUpdate> merged = [.. updates.SelectMany(merger.AddAndTake)];
        merged.AddRange(merger.FlushAndTake());

        Assert.Equal(["The", " quick", " brown", " fox"], merged.Select(update => update.Text));
        Assert.Equal([updates[0], updates[1], updates[4]], merged.Where(updates.Contains));
    }

    [Theory]
    [InlineData("a\r", "\nb", "a\r\n|b")]
    [InlineData("a\r", "b", "a\r|b")]
    [InlineData("a\n\nb\n", "c", "a\n\nb\n|c")]
    [InlineData("a\u2028", "b", "a\u2028|b")]
    [InlineData("a\u0085b", "c", "a\u0085|bc")]
    public void Add_Line_EndsWithItsLineEnd(string first, string second, string expected)
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false, Unit = CoalescingUnit.Line };

        Assert.Equal(expected.Split('|'), Merging.Merge(options, first, second));
    }

    private static ChatResponseUpdate With(params AIContent[] contents) => new(ChatRole.Assistant, contents) { MessageId = "m", ResponseId = "r" };

    private static ChatResponseUpdate Changed(Action<ChatResponseUpdate> change)
    {
        ChatResponseUpdate update = Merging.Text("x");
        change(update);
        return update;
    }

    private sealed class OwnUpdate : ChatResponseUpdate;
}
