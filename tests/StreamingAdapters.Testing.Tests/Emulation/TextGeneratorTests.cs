namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class TextGeneratorTests
{
    [Fact]
    public void Text_SameSeedAndPrompt_SameTextAcrossRuns()
    {
        string text = TextGenerator.Text(1, "Hi", 60);

        Assert.Equal(text, TextGenerator.Text(1, "Hi", 60));
        Assert.NotEqual(text, TextGenerator.Text(2, "Hi", 60));
        Assert.NotEqual(text, TextGenerator.Text(1, "Ho", 60));
    }

    [Fact]
    public void Text_ManyPrompts_AlwaysWordsOutsideAsciiAndSeveralParagraphs()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(i => TextGenerator.Text(i, "prompt", 100))];

        Assert.All(texts, text => Assert.Contains(text, c => c > 127));
        Assert.All(texts, text => Assert.Contains("\n\n", text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.Equal(100, text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length));
        string all = string.Concat(texts);
        Assert.All((string[])["é", "✓", "漢字", "👩‍👩‍👧", "\""], part => Assert.Contains(part, all, StringComparison.Ordinal));
    }

    [Fact]
    public void Words_Endless_NeverBlankAndOnlyTheFirstWithoutGap()
    {
        string[] words = [.. TextGenerator.Words(3, "x").Take(5000)];

        Assert.All(words, word => Assert.False(string.IsNullOrWhiteSpace(word)));
        Assert.All(words[1..], word => Assert.True(char.IsWhiteSpace(word[0])));
        Assert.False(char.IsWhiteSpace(words[0][0]));
    }

    [Fact]
    public void CountToSentenceEnd_AnyCount_EndsTheSentenceThatItIsIn()
    {
        string[] words = [.. TextGenerator.Words(1, "Hi").Take(200)];

        for (int count = 1; count < 150; count++)
        {
            int whole = TextGenerator.CountToSentenceEnd(1, "Hi", count);

            Assert.EndsWith(".", words[whole - 1], StringComparison.Ordinal);
            Assert.DoesNotContain(words[(count - 1)..(whole - 1)], word => word.EndsWith('.'));
        }
    }
}
