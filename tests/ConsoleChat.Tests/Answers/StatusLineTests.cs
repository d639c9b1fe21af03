using ConsoleChat.Answers;
using Microsoft.Extensions.AI;

namespace ConsoleChat.Tests.Answers;

public class StatusLineTests
{
    [Fact]
    public void Of_WholeAnswer_EveryNumber()
    {
        var answer = new AnswerResult
        {
            Provider = "ollama",
            Chunks = 61,
            FirstContent = TimeSpan.FromMilliseconds(31.4),
            ChunksPerSecond = 49.96,
            FinishReason = ChatFinishReason.Length,
        };

        Assert.Equal("[length | first content 31 ms | 61 chunks | 50.0 chunks/s]", StatusLine.Of(answer));
    }

    [Fact]
    public void Of_FailedAnswer_SaysIncomplete() =>
        Assert.Equal("[incomplete | no content | 1 chunk]", StatusLine.Of(new AnswerResult { Provider = "ollama", Chunks = 1, Error = "Broken." }));

    [Fact]
    public void Usage_Counts_Line() =>
        Assert.Equal(
            "[usage | input 12 | output 60 | total 72 tokens]",
            StatusLine.Usage(new UsageDetails { InputTokenCount = 12, OutputTokenCount = 60, TotalTokenCount = 72 }));

    [Fact]
    public void Usage_Unknown_SaysSo()
    {
        Assert.Equal("[usage | not reported]", StatusLine.Usage(null));
        Assert.Equal("[usage | input 12 | output ? | total ? tokens]", StatusLine.Usage(new UsageDetails { InputTokenCount = 12 }));
    }
}
