using System.Globalization;
using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;
using StreamingAdapters.Tests.Streams;

namespace StreamingAdapters.Tests.Coalescing;

/// <summary>What holds for any split of any text, under any options.</summary>
public sealed class CoalescingPropertyTests
{
    // Longer than the longest grapheme below, so that the bound never has to cut one.
    private const int LongestGrapheme = 32;

    private static readonly string[] Graphemes =
    [
        "a", "b", "Z", " ", " ", "\n", "\r\n", "\t", ".", "é", "e\u0301", "a\u0308\u0323", "数", "語", "한", "\u1112\u1161\u11AB", "\u1100", "👍", "👍🏽", "❤\uFE0F",
        "👨\u200D👩\u200D👧\u200D👦", "👩🏽\u200D🚀", "🇩🇪", "🇫🇷", "🏴\U000E0067\U000E0062\U000E007F", "नि", "ส\u0E33", "\u200D", "𝒳", "1\uFE0F\u20E3",
    ];

    [Fact]
    public void Add_AnyUpdates_LeaveTheAnswerAsItWas()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            List<ChatResponseUpdate> merged = Merge(RandomUpdates.Make(seed), Options(new Random(seed)), new Random(seed), intervals: seed % 2 == 0);

            Assert.True(ResponseJson.Of(merged) == ResponseJson.Of(RandomUpdates.Make(seed)), $"Seed {seed}");
        }
    }

    [Fact]
    public void Add_AnySplitOfAnyText_CutsNoGrapheme()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            StreamingCoalescingOptions options = Options(random);
            (options.PassesFirstContent, options.MaxCharacters) = (false, random.Next(LongestGrapheme, 80));
            List<ChatResponseUpdate> updates = Answer(random);

            List<ChatResponseUpdate> merged = Merge(updates, options, random, intervals: false);

            Assert.Equal(Runs(updates).Select(run => string.Concat(run)), Runs(merged).Select(run => string.Concat(run)));
            Assert.All(Runs(merged), run => Assert.True(!CutsInGraphemes(run).Any(), $"Seed {seed} cuts a grapheme: {string.Join('|', run)}"));
        }
    }

    [Fact]
    public void EndInterval_AtAnyTime_CutsNoPairAndNoJoiner()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            StreamingCoalescingOptions options = Options(random);
            options.MaxCharacters = random.Next(LongestGrapheme, 80);
            List<ChatResponseUpdate> updates = Answer(random);

            List<ChatResponseUpdate> merged = Merge(updates, options, random, intervals: true);

            Assert.Equal(Runs(updates).Select(run => string.Concat(run)), Runs(merged).Select(run => string.Concat(run)));
            Assert.All(Runs(merged).SelectMany(run => run), text => Assert.True(Merging.IsWhole(text), $"Seed {seed}"));
            Assert.All(Runs(merged), run => AssertNoCutAfterAJoiner(seed, run));
        }
    }

    private static StreamingCoalescingOptions Options(Random random) => new()
    {
        Unit = (CoalescingUnit)random.Next(4),
        MaxCharacters = random.Next(3) == 0 ? 4096 : random.Next(1, 40),
        PassesFirstContent = random.Next(2) == 0,
    };

    private static List<ChatResponseUpdate> Merge(List<ChatResponseUpdate> updates, StreamingCoalescingOptions options, Random random, bool intervals)
    {
        using var merger = new UpdateMerger(options);
        List<ChatResponseUpdate> merged = [];
        foreach (ChatResponseUpdate update in updates)
        {
            merged.AddRange(merger.AddAndTake(update));
            Assert.InRange(merger.HeldCharacters, 0, options.MaxCharacters);
            Assert.Equal(merger.IsHolding, merger.HeldCharacters > 0);
            if (intervals && random.Next(3) == 0)
            {
                merger.EndInterval();
                merged.AddRange(merger.TakeAll());
            }
        }

        merged.AddRange(merger.FlushAndTake());
        Assert.False(merger.IsHolding);
        return merged;
    }

    // Texts of some messages, each cut anywhere, with other updates between them.
    private static List<ChatResponseUpdate> Answer(Random random)
    {
        List<ChatResponseUpdate> updates = [];
        for (int part = random.Next(1, 6); part > 0; part--)
        {
            string message = $"m{random.Next(2)}";
            bool isReasoning = random.Next(3) == 0;
            updates.AddRange(Split(string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Graphemes[random.Next(Graphemes.Length)])), random)
                .Select(text => new ChatResponseUpdate(null, [isReasoning ? new TextReasoningContent(text) : new TextContent(text)]) { MessageId = message }));
            if (random.Next(2) == 0)
            {
                updates.Add(new ChatResponseUpdate(null, [new FunctionCallContent("c", "f")]) { MessageId = message });
            }
        }

        return updates;
    }

    private static IEnumerable<string> Split(string text, Random random)
    {
        for (int start = 0; start < text.Length;)
        {
            int length = Math.Min(random.Next(0, 7), text.Length - start);
            yield return text.Substring(start, length);
            start += length;
        }
    }

    // The texts of neighbouring updates of one message and one kind.
    private static List<List<string>> Runs(List<ChatResponseUpdate> updates)
    {
        List<List<string>> runs = [];
        (string?, Type)? last = null;
        foreach (ChatResponseUpdate update in updates)
        {
            AIContent content = Assert.Single(update.Contents);
            if (content.ToString() is not { Length: > 0 } text || content is FunctionCallContent)
            {
                last = content is FunctionCallContent ? null : last;
                continue;
            }

            if (last != (update.MessageId, content.GetType()))
            {
                runs.Add([]);
                last = (update.MessageId, content.GetType());
            }

            runs[^1].Add(text);
        }

        return runs;
    }

    // A joiner that had lost its beginning to an earlier interval joins nothing any more.
    private static void AssertNoCutAfterAJoiner(int seed, List<string> run)
    {
        int[] cuts = [.. CutsInGraphemes(run)];
        Assert.All(cuts.Where(cut => !cuts.Contains(cut - 1)), cut => Assert.False(run[cut - 1].EndsWith('\u200D'), $"Seed {seed} cuts after a joiner: {string.Join('|', run)}"));
    }

    // The texts of a run that begin within a grapheme.
    private static IEnumerable<int> CutsInGraphemes(List<string> run)
    {
        int[] starts = StringInfo.ParseCombiningCharacters(string.Concat(run));
        int position = 0;
        for (int index = 0; index < run.Count; index++)
        {
            if (!starts.Contains(position))
            {
                yield return index;
            }

            position += run[index].Length;
        }
    }
}
