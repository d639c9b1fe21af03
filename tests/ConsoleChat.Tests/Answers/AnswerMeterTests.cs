using ConsoleChat.Answers;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests.Answers;

public class AnswerMeterTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Count_PreambleThenTexts_FirstContentAndPace()
    {
        var meter = new AnswerMeter(_clock);

        Count(meter, 100, new ChatResponseUpdate(ChatRole.Assistant, ""));
        Count(meter, 50, new ChatResponseUpdate(ChatRole.Assistant, "a"));
        Count(meter, 250, new ChatResponseUpdate(ChatRole.Assistant, "b"));
        Count(meter, 250, new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails())]));

        Assert.Equal(4, meter.Chunks);
        Assert.Equal(TimeSpan.FromMilliseconds(150), meter.FirstContent);
        Assert.Equal(4, meter.ChunksPerSecond);
    }

    [Fact]
    public void Count_Reasoning_IsContent()
    {
        var meter = new AnswerMeter(_clock);

        Count(meter, 10, new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("Hm")]));

        Assert.Equal(TimeSpan.FromMilliseconds(10), meter.FirstContent);
        Assert.Null(meter.ChunksPerSecond);
    }

    [Fact]
    public void Count_UsageAlone_NoContent()
    {
        var meter = new AnswerMeter(_clock);

        Count(meter, 10, new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails())]));

        Assert.Equal(1, meter.Chunks);
        Assert.Null(meter.FirstContent);
    }

    [Fact]
    public void ChunksPerSecond_NoTimePassed_Unknown()
    {
        var meter = new AnswerMeter(_clock);

        Count(meter, 0, new ChatResponseUpdate(ChatRole.Assistant, "a"));
        Count(meter, 0, new ChatResponseUpdate(ChatRole.Assistant, "b"));

        Assert.Null(meter.ChunksPerSecond);
    }

    [Fact]
    public async Task Count_EnhancedStream_LastIndexWithoutTheSummary()
    {
        var meter = new AnswerMeter(_clock);
        using IChatClient client = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish()).AsBuilder().UseStreamingMetadata().Build();

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken))
        {
            meter.Count(update);
        }

        Assert.Equal((3, 2L), (meter.Chunks, meter.LastIndex));
    }

    private void Count(AnswerMeter meter, int milliseconds, ChatResponseUpdate update)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        meter.Count(update);
    }
}
