using System.Text.Json;
using ConsoleChat.Answers;
using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace ConsoleChat.Tests.Answers;

public class JsonLineTests
{
    [Fact]
    public void Of_WholeAnswer_ExactLine()
    {
        var answer = new AnswerResult
        {
            Provider = "ollama",
            Model = "emulated",
            Text = "Line \"one\"\nZürich 漢字",
            Chunks = 3,
            FirstContent = TimeSpan.FromMilliseconds(12.34),
            FinishReason = ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = 2, OutputTokenCount = 3, TotalTokenCount = 5 },
        };

        Assert.Equal(
            """{"provider":"ollama","model":"emulated","mode":"basic","text":"Line \"one\"\nZürich 漢字","chunks":3,"firstContentMs":12.3,"finishReason":"stop","usage":{"inputTokens":2,"outputTokens":3,"totalTokens":5},"error":null}""",
            JsonLine.Of(answer));
    }

    [Theory]
    [InlineData(StreamingMode.Basic, "basic")]
    [InlineData(StreamingMode.Enhanced, "enhanced")]
    public void Of_Mode_IsTheAnswers(StreamingMode mode, string expected)
    {
        using JsonDocument json = JsonDocument.Parse(JsonLine.Of(new AnswerResult { Provider = "ollama", Mode = mode }));

        Assert.Equal(expected, json.RootElement.GetProperty("mode").GetString());
    }

    [Fact]
    public void Of_NothingKnown_SameMembersAsNull() =>
        Assert.Equal(
            """{"provider":"openai","model":null,"mode":"basic","text":"","chunks":0,"firstContentMs":null,"finishReason":null,"usage":null,"error":"No key."}""",
            JsonLine.Of(new AnswerResult { Provider = "openai", Error = "No key." }));

    [Fact]
    public void Of_HalfASurrogatePairAndLineSeparators_OneParsableLine()
    {
        string line = JsonLine.Of(new AnswerResult { Provider = "ollama", Text = "cut \ud83d\u2028\u0085\r\n" });

        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal("cut \ufffd\u2028\u0085\r\n", json.RootElement.GetProperty("text").GetString());
        Assert.DoesNotContain(line, static character => character is '\u2028' or '\u0085' or '\r' or '\n');
    }
}
