using StreamingAdapters.Providers.OpenAI;

namespace StreamingAdapters.Tests.Providers.OpenAI;

public sealed class ThinkTagsTests
{
    /// <summary>The text, and the reasoning and text that it splits into.</summary>
    public static TheoryData<string, string, string> Texts => new()
    {
        { "<think>a</think>b", "a", "b" },
        { "<think></think>b", "", "b" },
        { "<think>a</think>", "a", "" },
        { "<think>a", "a", "" },
        { "<think>", "", "" },
        { " \n<think>\na\n</think>\n\nb", "\na\n", "\n\nb" },
        { "<think>a</thin</think>b", "a</thin", "b" },
        { "<think>a<</think>b<think>c</think>", "a<", "b<think>c</think>" },
        { "<think>a</think", "a</think", "" },
        { "plain", "", "plain" },
        { "a</think>b", "", "a</think>b" },
        { "</think>b", "", "</think>b" },
        { "x<think>a</think>", "", "x<think>a</think>" },
        { "<thin", "", "<thin" },
        { "<thing>", "", "<thing>" },
        { "  ", "", "  " },
        { "\n x", "", "\n x" },
        { "", "", "" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Append_AnySplitInThree_GivesTheSame(string text, string reasoning, string rest)
    {
        for (int first = 0; first <= text.Length; first++)
        {
            for (int second = first; second <= text.Length; second++)
            {
                Assert.Equal((reasoning, rest), Split(text[..first], text[first..second], text[second..]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Append_CharacterByCharacter_GivesTheSame(string text, string reasoning, string rest)
    {
        Assert.Equal((reasoning, rest), Split([.. text.Select(c => c.ToString())]));
    }

    [Theory]
    [InlineData("<th", "", "")]
    [InlineData("<think>ab</th", "ab", "")]
    [InlineData("<think>ab", "ab", "")]
    [InlineData("<tx", "", "<tx")]
    public void Append_PossibleTag_HoldsBackNoMore(string delta, string reasoning, string rest)
    {
        Assert.Equal((reasoning, rest), new ThinkTags().Append(delta));
    }

    private static (string Reasoning, string Text) Split(params string[] deltas)
    {
        var tags = new ThinkTags();
        (string Reasoning, string Text)[] pieces = [.. deltas.Select(tags.Append), tags.Flush(), tags.Flush()];
        return (string.Concat(pieces.Select(piece => piece.Reasoning)), string.Concat(pieces.Select(piece => piece.Text)));
    }
}
