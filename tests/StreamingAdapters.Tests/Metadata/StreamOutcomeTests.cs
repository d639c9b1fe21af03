using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

public sealed class StreamOutcomeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingSink _sink = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Fails_SummaryIsOnTheSameException(bool streaming)
    {
        var thrown = new ChatStreamException(ChatErrorKind.Truncated, "cut");
        using StreamingMetadataChatClient client = Over(StreamScript.New().Content(() => Late("a", 1)).Fault(thrown));

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => RunAsync(client, streaming, Token));

        StreamSummary summary = exception.GetStreamSummary()!;
        Assert.Same(thrown, exception);
        Assert.Contains(nameof(ScriptedChatClient), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((StreamOutcome.Failed, "Truncated", Second), (summary.Outcome, summary.ErrorType, summary.Duration));
        Assert.Equal(streaming ? (1L, 1L) : (0L, 0L), (summary.Chunks, summary.Bytes));
        Assert.Equal(summary, new InvalidOperationException("outer", exception).GetStreamSummary());
        Assert.Equal(summary, Assert.Single(_sink.Summaries));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ForeignCancellation_IsAFailure(bool streaming)
    {
        using StreamingMetadataChatClient client = Over(StreamScript.New().Fault(new OperationCanceledException("of somebody else")));

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(client, streaming, Token));

        Assert.Equal((StreamOutcome.Failed, "System.OperationCanceledException"), (exception.GetStreamSummary()!.Outcome, exception.GetStreamSummary()!.ErrorType));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerCancels_SummaryIsOnTheCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using StreamingMetadataChatClient client = Over(inner);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        _time.Advance(3 * Second);
        await caller.CancelAsync();

        StreamSummary summary = (await failure).GetStreamSummary()!;
        Assert.Equal(caller.Token, (await failure).CancellationToken);
        Assert.Equal((StreamOutcome.Cancelled, null, 3 * Second), (summary.Outcome, summary.ErrorType, summary.Duration));
        Assert.Equal(StreamOutcome.Cancelled, Assert.Single(_sink.Summaries).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_CallerCancelsAndTheConnectionBreaks_IsHisCancellation(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        StreamScript script = StreamScript.New().Text("a").Content(() =>
        {
            caller.Cancel();
            throw new IOException("closed");
        });
        using StreamingMetadataChatClient client = Over(script);

        var failure = await Assert.ThrowsAsync<IOException>(() => RunAsync(client, streaming, caller.Token));

        Assert.Equal((StreamOutcome.Cancelled, null), (failure.GetStreamSummary()!.Outcome, failure.GetStreamSummary()!.ErrorType));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ClientIgnoresItsToken_ThatIsItsFailure(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Hang());
        using StreamingMetadataChatClient client = Over(inner);

        Task<ObjectDisposedException> failure = Assert.ThrowsAsync<ObjectDisposedException>(() => RunAsync(client, streaming, caller.Token));
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();
        bool waits = !failure.IsCompleted;
        inner.Dispose();

        Assert.True(waits);
        Assert.Equal(StreamOutcome.Failed, (await failure).GetStreamSummary()!.Outcome);
    }

    [Theory]
    [InlineData(false, StreamOutcome.Abandoned)]
    [InlineData(true, StreamOutcome.Cancelled)]
    public async Task Stream_ConsumerBreaks_TellsTheSinkAndTheLog(bool cancels, StreamOutcome expected)
    {
        using var caller = new CancellationTokenSource();
        ILogger logger = Substitute.For<ILogger>();
        logger.IsEnabled(Arg.Any<LogLevel>()).Returns(true);
        using var client = new StreamingMetadataChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("secret").Text("b").Silence()), null, _time, Loggers(logger), [_sink]);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("prompt", cancellationToken: caller.Token))
        {
            _time.Advance(TimeSpan.FromHours(1));
            if (cancels)
            {
                await caller.CancelAsync();
            }

            break;
        }

        StreamSummary summary = Assert.Single(_sink.Summaries);
        Assert.Equal((expected, 1L, 6L, TimeSpan.Zero), (summary.Outcome, summary.Chunks, summary.Bytes, summary.Duration));
        string logged = Assert.Single(Messages(logger));
        Assert.Contains($"{expected}", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("prompt", logged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_SinkThrows_IsLoggedAndGoesNoFurther(bool streaming)
    {
        ILogger logger = Substitute.For<ILogger>();
        logger.IsEnabled(LogLevel.Error).Returns(true);
        IStreamSummarySink broken = Substitute.For<IStreamSummarySink>();
        broken.WhenForAnyArgs(sink => sink.Write(null!)).Throw(new InvalidOperationException("disk full"));
        using var client = new StreamingMetadataChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish()), null, _time, Loggers(logger), [broken]);

        ChatResponse response = await RunAsync(client, streaming, Token);

        Assert.Equal("a", response.Text);
        Assert.NotNull(response.GetStreamSummary());
        Assert.Contains("sink", Assert.Single(Messages(logger)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_InnerFailsAtTheCall_IsSummedUpToo()
    {
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetStreamingResponseAsync(null!).ThrowsForAnyArgs(new InvalidOperationException("at once"));
        using StreamingMetadataChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(client, streaming: true, Token));

        Assert.Equal((StreamOutcome.Failed, 0L), (exception.GetStreamSummary()!.Outcome, exception.GetStreamSummary()!.Chunks));
    }

    private StreamingMetadataChatClient Over(StreamScript script) => Over(new ScriptedChatClient(_time, script));

    private StreamingMetadataChatClient Over(IChatClient inner) => new(inner, timeProvider: _time, sinks: [_sink]);

    private TextContent Late(string text, int seconds)
    {
        _time.Advance(seconds * Second);
        return new TextContent(text);
    }

    private static ILoggerFactory Loggers(ILogger logger)
    {
        ILoggerFactory factory = Substitute.For<ILoggerFactory>();
        factory.CreateLogger(null!).ReturnsForAnyArgs(logger);
        return factory;
    }

    private static IEnumerable<string> Messages(ILogger logger) =>
        logger.ReceivedCalls().Where(call => call.GetMethodInfo().Name == nameof(ILogger.Log)).Select(call => $"{call.GetArguments()[2]}");

    private static Task<ChatResponse> RunAsync(IChatClient client, bool streaming, CancellationToken cancellationToken) => Task.Run(
        () => streaming ? client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(CancellationToken.None) : client.GetResponseAsync("hi", cancellationToken: cancellationToken),
        CancellationToken.None);
}
