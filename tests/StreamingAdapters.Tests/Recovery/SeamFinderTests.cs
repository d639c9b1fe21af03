using StreamingAdapters.Recovery;

namespace StreamingAdapters.Tests.Recovery;

public sealed class SeamFinderTests
{
    private const string Fox = "It was said that the quick brown fox jumps over the";

    [Theory]
    [InlineData("exact", Fox, "the quick brown fox jumps over the lazy dog", " lazy dog")]
    [InlineData("blank in front", Fox, " fox jumps over the lazy dog", " lazy dog")]
    [InlineData("all of it", "It was", "It was said", " said")]
    [InlineData("blank repeated", Fox + " ", "jumps over the lazy dog", "lazy dog")]
    [InlineData("blank lost", Fox + " ", "quick brown fox jumps over thelazy dog", "lazy dog")]
    [InlineData("blank doubled within", Fox, "jumps  over\nthe lazy dog", " lazy dog")]
    [InlineData("blank became line feed", Fox + " ", "jumps over the\nlazy dog", "lazy dog")]
    [InlineData("paragraph", "He slept.", "He slept.\n\nThen", "\n\nThen")]
    [InlineData("paragraph became blank", "He slept.\n\n", "He slept. Then", "Then")]
    [InlineData("indentation", "if (ready)\n{\n", "(ready)\n{\n        Go();", "        Go();")]
    [InlineData("CR LF for LF", "if (ready)\n", "if (ready)\r\n{", "{")]
    [InlineData("word begun again", "A visit to the caf", "café was", "é was")]
    [InlineData("short word begun again", "I have a", "a big", " big")]
    [InlineData("typographic quotes", "He said: \"it's fine", "“it’s fine” and", "” and")]
    [InlineData("guillemets", "He said: «it is", "\"it is so\"", " so\"")]
    [InlineData("ellipsis", "Well... it depends", "Well… it depends on", " on")]
    [InlineData("three dots", "Well… it depends", "Well... it depends on", " on")]
    [InlineData("family of emoji", "Meet them 👨‍👩", "Meet them 👨‍👩‍👧 now", "\u200D👧 now")]
    [InlineData("preface", Fox, "Sure, here is the rest: fox jumps over the lazy dog", " lazy dog")]
    [InlineData("preface in its own line", Fox, "I'll go on where I stopped.\n\nfox jumps over the lazy dog", " lazy dog")]
    [InlineData("ellipsis in front", Fox, "...brown fox jumps over the lazy dog", " lazy dog")]
    [InlineData("quote in front", Fox, "\"brown fox jumps over the lazy dog", " lazy dog")]
    [InlineData("preface and quote", Fox, "Continuing: “…fox jumps over the lazy dog", " lazy dog")]
    [InlineData("Chinese preface", "北京位于华北平原的北部是全国的政治文化和国际交往中心", "好的,以下是续写：全国的政治文化和国际交往中心。城市", "。城市")]
    public void TryFind_Repeat_IsLeftOut(string what, string received, string head, string expected)
    {
        Seam seam = Joining.Find(received, head);

        Assert.True(head[seam.Skip..] == expected && seam.Uncertain == 0, $"{what}: {seam}");
    }

    [Theory]
    [InlineData("nothing", Fox, " lazy dog", 0)]
    [InlineData("signs alone", "Is it (a) or (b)", ") then", 1)]
    [InlineData("end of a word", "There are cats", "so many", 1)]
    [InlineData("another word", "It is in the ", "theory of", 3)]
    [InlineData("part of an ellipsis", "It ended.", "… or not", 0)]
    [InlineData("mark on the last letter", "Vitamin e", "e\u0301tude", 1)]
    [InlineData("blank", "| City ", "  | Country", 1)]
    [InlineData("phrase comes again", "A fox lives in the northern hills", ". It likes the northern hills", 0)]
    [InlineData("phrase comes again behind a sentence", "A fox lives in the northern hills", "Every cat likes the northern hills too", 0)]
    [InlineData("phrase comes again in a list", "[\"not available", "\", \"not available\"", 0)]
    public void TryFind_NoCertainRepeat_IsKeptAndDeclared(string what, string received, string head, int uncertain)
    {
        Seam seam = Joining.Find(received, head);

        Assert.True(seam == new Seam(0, 0, uncertain, 0), $"{what}: {seam}");
    }

    [Theory]
    [InlineData("He slept.\n", "He slept.\n\nThen", "\nThen", 1)]
    [InlineData("if (ready)\n{\n    ", "(ready)\n{\n        Go();", "    Go();", 4)]
    public void TryFind_BlankThatComesTwice_KeepsAndDeclaresTheSecond(string received, string head, string expected, int uncertain)
    {
        Seam seam = Joining.Find(received, head);

        Assert.Equal(expected, head[seam.Skip..]);
        Assert.Equal(uncertain, seam.Uncertain);
    }

    [Fact]
    public void TryFind_QuotesAroundTheAnchor_DeclaresTheSecond()
    {
        const string head = "\"brown fox jumps over the\" lazy dog";

        Seam seam = Joining.Find(Fox, head);

        Assert.Equal("\" lazy dog", head[seam.Skip..]);
        Assert.Equal(1, seam.Uncertain);
    }

    [Fact]
    public void TryFind_TextThatRepeatsItself_LeavesOutTheLeastAndDeclaresTheRest()
    {
        Seam seam = Joining.Find("So: ha ha ha", "ha ha ha!");

        Assert.Equal(2, seam.Skip);
        Assert.Equal(6, seam.Uncertain);
    }

    [Fact]
    public void TryFind_RepeatOfMoreThanIsHeld_DeclaresAllOfIt()
    {
        string text = SeamTexts.English;

        Seam seam = Joining.Find(text, text + " more");

        Assert.Equal(new Seam(0, 0, SeamFinder.MaxHeld, 0), seam);
    }

    [Theory]
    [InlineData("no echo", Fox, " lazy dog", 0, 1)]
    [InlineData("no echo of a word", "It is in the", "the end", 0, 1)]
    [InlineData("echo of all", "Once upon a", "Once upon a time", 11, 1)]
    [InlineData("39 characters", Fox, "that the quick brown fox jumps over the lazy dog", 0, 1)]
    [InlineData("echo of a long end", Fox, "said that the quick brown fox jumps over the lazy dog", 44, 1)]
    [InlineData("one digit again", "1", "1.5", 0, 0)]
    public void TryFind_Prefill_LeavesOutLongEchoesOnly(string what, string received, string head, int skip, double confidence)
    {
        Seam seam = Joining.Find(received, head, isPrefill: true);

        Assert.True(seam.Skip == skip && seam.Confidence == confidence, $"{what}: {seam}");
    }

    [Theory]
    [InlineData("the quick brown fox jumps over the lazy dog", "the quick brown fox jumps over the la")]
    [InlineData(" lazy dog and the rest of the tale", " la")]
    [InlineData("lazy dog and the rest of the tale", "la")]
    [InlineData("Sure, here is the rest: fox jumps over the lazy dog and more", "Sure, here is the rest: fox jumps over the la")]
    public void TryFind_MoreAndMore_DecidesAsSoonAsItCan(string head, string expected)
    {
        (_, int held) = Joining.FindByCharacter(Fox, head + new string('x', 300));

        Assert.Equal(expected, head[..held]);
    }

    [Fact]
    public void TryFind_MayBePreface_HoldsNoMoreThanTheMost()
    {
        (Seam seam, int held) = Joining.FindByCharacter(Fox, "Here " + new string('x', 300));

        Assert.Equal(SeamFinder.MaxHeld, held);
        Assert.Equal(default, seam);
    }

    [Theory]
    [InlineData("", "new text")]
    [InlineData("  ", "new text")]
    [InlineData(Fox, "")]
    [InlineData(Fox, "   ")]
    public void TryFind_NothingToCompare_KeepsAll(string received, string head) => Assert.Equal(default, Joining.Find(received, head));

    [Fact]
    public void TryFind_LongerRepeat_IsMoreConfident()
    {
        double[] confidences = [.. new[] { "the", "over the", "fox jumps over the", "said that the quick brown fox jumps over the" }.Select(repeat => Joining.Find(Fox, repeat + " lazy").Confidence)];

        Assert.Equal([3 / 40.0, 8 / 40.0, 18 / 40.0, 1], confidences);
    }

    [Fact]
    public void TryFind_Repeat_SaysHowMuchOfTheReceivedIsRepeated()
    {
        Seam seam = Joining.Find("It goes\n\n  on and on.  ", "goes on and on. Then");

        Assert.Equal("goes\n\n  on and on.  ".Length, seam.Overlap);
    }
}
