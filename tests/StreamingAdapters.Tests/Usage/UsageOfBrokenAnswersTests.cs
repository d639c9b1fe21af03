using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Answers that do not come to their end have a record too.</summary>
public sealed class UsageOfBrokenAnswersTests
{
    // Sixteen bytes, which the prior makes four tokens of, give or take two; and twelve.
    private const string Prompt = "sixteen bytes ok";
    private const string Answer = "twelve bytes";

    private readonly ManualTimeProvider _time = new();
    private readonly List<UsageRecord> _records = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ConsumerBreaks_IsAbandonedAndEstimated()
    {
        using var client = Over(StreamScript.New().Text(Answer).Text("more").Usage(99, 99).Finish());

        await client.ReadUntilAsync(update => update.Text == Answer, Prompt);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Abandoned), (record.Kind, record.Outcome));
        AssertTokens(4, 3, record);
    }

    [Fact]
    public async Task Stream_BreakAfterManyTexts_EstimatesAllOfThem()
    {
        using var client = Over(StreamScript.New().Text("").Text("three ").Reasoning("words ").Text("").Text("and on").Text("end").Usage(99, 99));

        await client.ReadUntilAsync(update => update.Text == "end", Prompt);

        // 21 bytes.
        AssertTokens(4, 5, Assert.Single(_records));
    }

    [Fact]
    public async Task Stream_TextsBetweenDeltas_KeepThemApart()
    {
        using var client = Over(StreamScript.New().Text("a").Text("b").Usage(10, 2).Text("c").Text("d").Usage(15, 3).Finish());

        await client.AskAsync(streaming: true);

        AssertTokens(25, 5, Assert.Single(_records));
    }

    [Fact]
    public async Task Stream_ConsumerBreaksBehindTheReportedEnd_IsReported()
    {
        using var client = Over(StreamScript.New().Text(Answer).Finish().Usage(9, 5).Text(""));

        await client.ReadUntilAsync(update => update.Contents.OfType<UsageContent>().Any());

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Reported, StreamOutcome.Abandoned), (record.Kind, record.Outcome));
        AssertTokens(9, 5, record);
    }

    [Fact]
    public async Task Stream_ConsumerBreaksAfterWordsOfTheProvider_IsPartialWithTheRestEstimated()
    {
        using var client = Over(StreamScript.New().Update(SoFar(input: 25, output: 1)).Text(Answer).Text("more"));

        await client.ReadUntilAsync(update => update.Text == Answer);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Partial, record.Kind);
        AssertTokens(25, 1 + 3, record);
        Assert.Equal((0, 2), (record.InputError, record.OutputError));
    }

    [Fact]
    public async Task Stream_BreakOfAClientThatRepeatsRunningTotals_IsPartialAndExact()
    {
        using var client = Over(StreamScript.New().Update(Chunk("one", 9, 2)).Update(Chunk("two", 9, 4)).Update(Chunk("three", 9, 6)));

        await client.ReadUntilAsync(update => update.Text == "two");

        UsageRecord record = Assert.Single(_records);
        Assert.Equal(UsageKind.Partial, record.Kind);
        AssertTokens(9, 4, record);
        Assert.Equal((0, 0), (record.InputError, record.OutputError));
    }

    [Fact]
    public async Task Stream_CancelledBeforeAnythingCame_HasTheRequestEstimated()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        using var client = Over(inner);

        Task<ChatResponse> call = client.GetStreamingResponseAsync(Prompt, cancellationToken: caller.Token).ToChatResponseAsync(Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Cancelled), (record.Kind, record.Outcome));
        AssertTokens(4, 0, record);
        Assert.Equal(StreamOutcome.Cancelled, exception.GetUsage()?.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CancelledAndTheConnectionBreaks_IsTheSameCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        using var client = Over(StreamScript.New().Content(() =>
        {
            caller.Cancel();
            throw new IOException("closed");
        }));

        await Assert.ThrowsAsync<IOException>(() => streaming
            ? client.GetStreamingResponseAsync(Prompt, cancellationToken: caller.Token).ToChatResponseAsync(Token)
            : client.GetResponseAsync(Prompt, cancellationToken: caller.Token));

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Cancelled), (record.Kind, record.Outcome));
        AssertTokens(4, 0, record);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CancelledBeforeItBegan_CountsZero(bool streaming)
    {
        using var client = Over(StreamScript.New().Text("never"));
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streaming
            ? client.GetStreamingResponseAsync(Prompt, cancellationToken: cancelled).ToChatResponseAsync(Token)
            : client.GetResponseAsync(Prompt, cancellationToken: cancelled));

        AssertTokens(0, 0, Assert.Single(_records));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Refused_CountsZero(bool streaming)
    {
        using var client = Over(StreamScript.New().Fault(new ChatProviderException(ChatErrorKind.RateLimited, "Slow down.") { StatusCode = 429 }));

        ChatProviderException exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming, prompt: Prompt));

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Failed), (record.Kind, record.Outcome));
        AssertTokens(0, 0, record);
        Assert.Equal(0, exception.GetUsage()?.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_FailsAfterContent_PutsTheRecordOnTheException()
    {
        var failure = new ChatStreamException(ChatErrorKind.Truncated, "Cut.");
        using var client = Over(StreamScript.New().Update(SoFar(25, 1)).Text(Answer).Fault(failure));

        ChatStreamException exception = await Assert.ThrowsAsync<ChatStreamException>(() => client.AskAsync(streaming: true));

        UsageRecord read = new InvalidOperationException("Wrapped.", exception).GetUsage()!;
        Assert.Equal((UsageKind.Partial, StreamOutcome.Failed, 2), (read.Kind, read.Outcome, read.OutputError));
        AssertTokens(25, 4, read);
        AssertTokens(25, 4, Assert.Single(_records));
    }

    [Fact]
    public async Task Stream_FailsBehindTheReport_IsPartialAndExact()
    {
        using var client = Over(StreamScript.New().Text(Answer).Usage(9, 5).Finish().Fault(new ChatProviderException(ChatErrorKind.ServerError, "Broken.")));

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Partial, 0, 0), (record.Kind, record.InputError, record.OutputError));
        AssertTokens(9, 5, record);
    }

    [Fact]
    public async Task Stream_ClientIgnoresItsToken_IsRecordedWhenItEnds()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text(Answer).Hang());
        using var client = Over(inner);

        Task<ChatResponse> call = client.GetStreamingResponseAsync(Prompt, cancellationToken: caller.Token).ToChatResponseAsync(Token);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        Assert.Empty(_records);
        inner.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => call);

        UsageRecord record = Assert.Single(_records);
        Assert.Equal((UsageKind.Estimated, StreamOutcome.Failed), (record.Kind, record.Outcome));
        AssertTokens(4, 3, record);
    }

    private static ChatResponseUpdate SoFar(long input, long output) => new()
    {
        ResponseId = "response-1",
        AdditionalProperties = new AdditionalPropertiesDictionary
        {
            [StreamingKeys.UsageSoFar] = new AdditionalPropertiesDictionary<long> { ["InputTokenCount"] = input, ["OutputTokenCount"] = output },
        },
    };

    private static ChatResponseUpdate Chunk(string text, long input, long output) => new(ChatRole.Assistant, text)
    {
        Contents = [new TextContent(text), new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output })],
    };

    private static void AssertTokens(long input, long output, UsageRecord record) => Assert.Equal(
        (input, output, input + output), (record.Usage.InputTokenCount, record.Usage.OutputTokenCount, record.Usage.TotalTokenCount));

    private StreamingUsageChatClient Over(params StreamScript[] scripts) => Over(new ScriptedChatClient(_time, scripts));

    private StreamingUsageChatClient Over(IChatClient inner) =>
        new(inner, timeProvider: _time, sinks: [RecordingSink.Into(_records)]);
}
