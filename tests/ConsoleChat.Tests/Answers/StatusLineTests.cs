using ConsoleChat.Answers;
using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;

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
    public void Summary_WholeAnswer_EveryNumber()
    {
        StreamSummary summary = Summary() with { FirstContent = TimeSpan.FromMilliseconds(91.4), TokensPerSecond = 50.84 };

        Assert.Equal("[summary | Completed | chunks 0 to 27 | 451 bytes | first content 91 ms | 1.41 s | 50.8 tokens/s]", StatusLine.Summary(summary, 27));
    }

    [Fact]
    public void Summary_LittleKnown_LeavesItOut() =>
        Assert.Equal("[summary | Cancelled | no chunks | 451 bytes | 1.41 s]", StatusLine.Summary(Summary() with { Outcome = StreamOutcome.Cancelled }, null));

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

    private static StreamSummary Summary() =>
        new() { Outcome = StreamOutcome.Completed, StartedAt = default, Duration = TimeSpan.FromSeconds(1.414), Chunks = 28, Bytes = 451 };
}
