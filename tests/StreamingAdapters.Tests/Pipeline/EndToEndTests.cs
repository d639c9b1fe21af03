using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Every stage over a provider over a server that fails: what came is delivered, then one exception of the family that knows it all.</summary>
public sealed class EndToEndTests
{
    private const string Prompt = "Tell me about the harbour.";
    private const int Sent = 5;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<string, string, bool> BrokenAnswers => new(EmulatedTarget.Providers, ["end", "close", "error", "malformed"], [true, false]);

    public static MatrixTheoryData<string, bool> ProvidersWithAndWithoutCoalescing => new(EmulatedTarget.Providers, [true, false]);

    public static TheoryData<string> Providers => [.. EmulatedTarget.Providers];

    public static MatrixTheoryData<string, bool> ProvidersInBothMethods => new(EmulatedTarget.Providers, [true, false]);

    private static string SentText => TextGenerator.Text(1, Prompt, Sent);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task Stream_ServerBreaksOff_DeliversAllAndThrowsOneOfTheFamily(string provider, string fault, bool coalescing)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        server.Enqueue(Fault(fault));
        using IChatClient client = Enhanced(server, coalescing);
        List<string> received = [];

        var failure = await Assert.ThrowsAnyAsync<ChatAdapterException>(() => ReadAsync(client, received.Add));

        Assert.Equal(SentText, string.Concat(received));
        CheckFailure(client, failure, received, fault is "error" ? ChatErrorKind.ServerError : fault is "malformed" ? ChatErrorKind.MalformedStream : ChatErrorKind.Truncated);
        Assert.True(coalescing || received.Count == Sent, $"{received.Count} updates");
    }

    [Theory]
    [MemberData(nameof(ProvidersWithAndWithoutCoalescing))]
    public async Task Stream_ConnectionIsReset_DeliversWhatCame(string provider, bool coalescing)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        server.Enqueue(ServerFault.Cut(Sent, ConnectionCut.Reset));
        using IChatClient client = Enhanced(server, coalescing);
        List<string> received = [];

        var failure = await Assert.ThrowsAnyAsync<ChatAdapterException>(() => ReadAsync(client, received.Add));

        // A reset throws away what the system has and the client has not read.
        Assert.StartsWith(string.Concat(received), SentText, StringComparison.Ordinal);
        CheckFailure(client, failure, received, received.Count > 0 ? ChatErrorKind.Truncated : failure.Kind);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Stream_ServerFallsSilent_EndsByTheIdleClockAndIsClosed(string provider)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        server.Enqueue(ServerFault.Silence(Sent));
        using IChatClient client = Enhanced(server, coalescing: false, total: null);
        List<string> received = [];
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Task<ChatTimeoutException> failing = Assert.ThrowsAsync<ChatTimeoutException>(() => ReadAsync(client, text =>
        {
            received.Add(text);
            if (received.Count == Sent)
            {
                all.SetResult();
            }
        }));
        await all.Task.WaitAsync(Token);

        // The clock runs on while the connection is closed, which takes real time: no total, or that one would run out too.
        await AdvanceUntilAsync(failing, Idle);

        ChatTimeoutException failure = await failing;
        await server.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal((ChatTimeoutPhase.Idle, Idle), (failure.Phase, failure.Limit));
        CheckFailure(client, failure, received, ChatErrorKind.IdleTimeout);
        Assert.Equal(SentText, failure.Partial);
    }

    [Theory]
    [MemberData(nameof(ProvidersInBothMethods))]
    public async Task Call_ServerNeverAnswers_EndsByAClockAndIsClosed(string provider, bool streaming)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        server.Enqueue(ServerFault.SilentBeforeHeaders());
        using IChatClient client = Enhanced(server, coalescing: true);

        Task<ChatTimeoutException> failing = Assert.ThrowsAsync<ChatTimeoutException>(() => streaming ? ReadAsync(client, _ => { }) : client.GetResponseAsync(Prompt, cancellationToken: Token));
        EmulatedRequest request = await server.WaitForRequestAsync(0, Token);
        await AdvanceUntilAsync(failing, TimeSpan.FromHours(2));

        ChatTimeoutException failure = await failing;
        await request.Aborted.WaitAsync(Token);
        CheckFailure(client, failure, [], failure.Kind);
        Assert.Contains(failure.Kind, streaming ? [ChatErrorKind.FirstContentTimeout, ChatErrorKind.TotalTimeout] : (ChatErrorKind[])[ChatErrorKind.TotalTimeout]);
    }

    [Theory]
    [MemberData(nameof(ProvidersInBothMethods))]
    public async Task Call_TooManyRequests_SaysWhenToComeBack(string provider, bool streaming)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        server.Enqueue(ServerFault.Status(429, TimeSpan.FromSeconds(7)));
        using IChatClient client = Enhanced(server, coalescing: true);

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => streaming ? ReadAsync(client, _ => Assert.Fail("Nothing was sent.")) : client.GetResponseAsync(Prompt, cancellationToken: Token));

        CheckFailure(client, failure, [], ChatErrorKind.RateLimited);
        Assert.Equal((429, TimeSpan.FromSeconds(7), true), (failure.StatusCode, failure.RetryAfter, failure.IsTransient));
        Assert.Equal(0, failure.GetUsage()!.Usage.TotalTokenCount ?? 0);
    }

    [Theory]
    [MemberData(nameof(ProvidersWithAndWithoutCoalescing))]
    public async Task Stream_ConsumerBreaks_ServerSeesTheClose(string provider, bool coalescing)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider);
        var records = new AnswerRecords();
        using IChatClient client = Enhanced(server, coalescing, records);
        Task reached = server.PauseAfterChunks(Sent);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Prompt, cancellationToken: Token))
        {
            await reached.WaitAsync(Token);
            break;
        }

        await server.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal(StreamOutcome.Abandoned, Assert.Single(records.Summaries).Outcome);
        Assert.Equal(StreamOutcome.Abandoned, Assert.Single(records.Usages).Outcome);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private static ServerFault Fault(string name) => name switch
    {
        "end" => ServerFault.Cut(Sent),
        "close" => ServerFault.Cut(Sent, ConnectionCut.Close),
        "error" => ServerFault.StreamError(Sent),
        _ => ServerFault.MalformedFrame(Sent),
    };

    private void CheckFailure(IChatClient client, ChatAdapterException failure, List<string> received, ChatErrorKind kind)
    {
        StreamSummary summary = failure.GetStreamSummary()!;
        UsageRecord usage = failure.GetUsage()!;
        Assert.Equal((kind, string.Concat(received)), (failure.Kind, failure.Partial));
        Assert.Equal((StreamOutcome.Failed, kind.ToString()), (summary.Outcome, summary.ErrorType));
        Assert.Equal(Encoding.UTF8.GetByteCount(failure.Partial!), summary.Bytes);
        Assert.Equal(StreamOutcome.Failed, usage.Outcome);
        Assert.True(received.Count == 0 || usage.Usage.OutputTokenCount > 0, "The words that came cost something.");
        Assert.Equal(1, client.GetService<UsageAccumulator>()!.Total.Answers);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private IChatClient Enhanced(EmulatedServer server, bool coalescing, AnswerRecords? records = null) => Enhanced(server, coalescing, TimeSpan.FromHours(1), records);

    private IChatClient Enhanced(EmulatedServer server, bool coalescing, TimeSpan? total, AnswerRecords? records = null) => server.CreateClient().Enhanced(
        new TestServices(_time, summaries: records, usages: records), coalescing, options => (options.Timeout.Idle, options.Timeout.Total) = (Idle, total));

    private async Task AdvanceUntilAsync(Task task, TimeSpan limit)
    {
        for (TimeSpan passed = TimeSpan.Zero; !task.IsCompleted && passed < limit * 1_000; passed += limit)
        {
            await Task.WhenAny(task, _time.WaitForTimersAsync(1, Token));
            _time.Advance(limit);
            await Task.Yield();
        }
    }

    private static async Task ReadAsync(IChatClient client, Action<string> receive)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Prompt, cancellationToken: Token))
        {
            if (update.Text.Length > 0)
            {
                receive(update.Text);
            }
        }
    }
}
