using ConsoleChat.Answers;
using Microsoft.Extensions.AI;

namespace ConsoleChat.Tests.Answers;

public class AnswerWriterTests
{
    [Theory]
    [InlineData(false, false, "Yes.\n")]
    [InlineData(true, false, "[thinking] Hm, hm.\nYes.\n")]
    [InlineData(true, true, "\e[2m[thinking] \e[0m\e[2mHm, \e[0m\e[2mhm.\e[0m\nYes.\n")]
    public void Write_ReasoningThenText_ReasoningAtATerminalOnly(bool isTerminal, bool usesColors, string expected)
    {
        AIContent[] contents = [new TextReasoningContent("Hm, "), new TextReasoningContent("hm."), new TextContent("Ye"), new TextContent("s.")];

        string printed = Print(isTerminal, usesColors, contents);

        Assert.Equal(expected, printed);
    }

    [Theory]
    [InlineData("Done\n", "Done\n")]
    [InlineData("Done", "Done\n")]
    [InlineData("", "")]
    public void End_Text_EndsTheLineOnce(string text, string expected) =>
        Assert.Equal(expected, Print(isTerminal: false, usesColors: false, new TextContent(text)));

    [Theory]
    [InlineData(true, "a]0;title\tb\n")]
    [InlineData(false, "a\e]0;title\a\tb\n")]
    public void Write_ControlCharacters_NotToATerminal(bool isTerminal, string expected) =>
        Assert.Equal(expected, Print(isTerminal, usesColors: false, new TextContent("a\e]0;title\a\tb")));

    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, "", "xterm", true)]
    [InlineData(false, null, "dumb", false)]
    public void AllowsColors_Environment_Decision(bool isRedirected, string? noColor, string term, bool expected) =>
        Assert.Equal(expected, ChatTerminal.AllowsColors(isRedirected, noColor, term));

    private static string Print(bool isTerminal, bool usesColors, params AIContent[] contents)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var writer = new AnswerWriter(new ChatTerminal(TextReader.Null, output, TextWriter.Null) { IsOutputTerminal = isTerminal, UsesColors = usesColors });
        foreach (AIContent content in contents)
        {
            writer.Write(new ChatResponseUpdate(ChatRole.Assistant, [content]));
        }

        writer.End();
        return output.ToString();
    }
}
