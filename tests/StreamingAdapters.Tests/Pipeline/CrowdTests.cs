using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Many streams at once through one pipeline, while its clocks run.</summary>
[Collection(nameof(Alone))]
public sealed class CrowdTests
{
    private const int Streams = 200;
    private const int Words = 40;

    // No clock may run out, however often it is moved on.
    private static readonly TimeSpan Long = TimeSpan.FromDays(20);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ollama")]
    [InlineData("openai")]
    public async Task Streams_TwoHundredAtOnce_LoseNoText(string provider)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider, new EmulatedServerOptions { Words = Words });
        using IChatClient client = server.CreateClient().Enhanced(
            new TestServices(_time), configure: options => (options.Timeout.FirstContent, options.Timeout.Idle, options.Timeout.Total) = (Long, Long, Long));

        Task<ChatResponse[]> all = Task.WhenAll(Enumerable.Range(0, Streams).Select(number =>
            Task.Run(() => client.GetStreamingResponseAsync(Prompt(number), cancellationToken: Token).ToChatResponseAsync(Token), Token)));
        await _time.AdvanceUntilAsync(all, TimeSpan.FromMilliseconds(50));

        ChatResponse[] answers = await all;
        Assert.Equal(Enumerable.Range(0, Streams).Select(number => TextGenerator.Text(1, Prompt(number), Words)), answers.Select(answer => answer.Text));
        Assert.All(answers, answer => Assert.Equal((StreamOutcome.Completed, (long?)Words), (answer.GetStreamSummary()!.Outcome, answer.Usage!.OutputTokenCount)));
        UsageTotals totals = client.GetService<UsageAccumulator>()!.Total;
        Assert.Equal((Streams, Streams * Words, 0), (totals.Answers, totals.Usage.OutputTokenCount, totals.Inexact));
        Assert.Equal(0, _time.ActiveTimers);
    }

    private static string Prompt(int number) => $"Story number {number}, please.";
}
