using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Servers that fail after their answer has begun, without continuation: the consumer has what came, then an exception with all of it; nobody is asked again.</summary>
public sealed class GatewayMidStreamTests
{
    private const int Sent = 5;

    public static MatrixTheoryData<string, string> Faults => new(GatewayBreak.Names, EmulatedTarget.Providers);

    public static TheoryData<string> Providers => [.. EmulatedTarget.Providers];

    private static string SentText => TextGenerator.Text(1, GatewayRoutes.Prompt, Sent);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Faults))]
    public async Task Stream_FaultMidStream_FailsWithWhatCame(string fault, string first)
    {
        GatewayBreak expected = GatewayBreak.Named(fault, Sent);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue(expected.Fault);

        GatewayAnswer answer = await routes.AskAsync();

        CheckCut(routes, answer, expected.Kind);
    }

    // A reset throws away what the system has and the client has not read: it is sent when the consumer has everything.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_ConnectionIsReset_FailsWithWhatCame(string first)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Coalescing.Enabled = false);
        routes.First.Enqueue(ServerFault.Cut(Sent, ConnectionCut.Reset));
        _ = routes.First.PauseAfterChunks(Sent);

        GatewayAnswer answer = await routes.AskAsync(received: text =>
        {
            if (text == SentText)
            {
                routes.First.Resume();
            }
        });

        CheckCut(routes, answer, ChatErrorKind.Truncated);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_ServerFallsSilent_FailsWithWhatCameByTheIdleClock(string first)
    {
        TimeSpan idle = TimeSpan.FromSeconds(30);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => (options.Coalescing.Enabled, options.Timeout.Idle, options.Timeout.Total) = (false, idle, null));
        routes.First.Enqueue(ServerFault.Silence(Sent));

        Task<GatewayAnswer> asking = routes.AskUntilSilentAsync(SentText, out Task silent);
        await silent;
        routes.Time.Advance(idle);
        GatewayAnswer answer = await asking;

        await routes.First.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal(ChatTimeoutPhase.Idle, Assert.IsType<ChatTimeoutException>(answer.Failure).Phase);
        CheckCut(routes, answer, ChatErrorKind.IdleTimeout);
    }

    // Nothing was handed out yet: to a call without streaming the whole answer is before its first content.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Faults))]
    public async Task Respond_FaultMidStream_IsAskedAgain(string fault, string first)
    {
        GatewayBreak expected = GatewayBreak.Named(fault, Sent);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue(expected.Fault);

        GatewayAnswer answer = await routes.AskAsync(streaming: false);

        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal([$"first {expected.Kind} retry", "first delivered"], answer.Attempts);
        Assert.Equal((2, 0), routes.Requests);
        Assert.Equal((StreamOutcome.Completed, 2), (answer.Summary.Outcome, answer.Summary.Attempts));
    }

    private static void CheckCut(GatewayRoutes routes, GatewayAnswer answer, ChatErrorKind kind)
    {
        Assert.Equal((kind, SentText, SentText), (answer.Failure?.Kind, answer.Failure?.Partial, answer.Text));
        Assert.Equal([$"first {kind} fail delivered"], answer.Attempts);
        Assert.Equal((1, 0), routes.Requests);
        Assert.Single(answer.ResponseIds);
        Assert.Single(answer.MessageIds);
        Assert.Null(answer.Response.FinishReason);
        Assert.Equal((StreamOutcome.Failed, 1, kind.ToString()), (answer.Summary.Outcome, answer.Summary.Attempts, answer.Summary.ErrorType));
        Assert.Equal(StreamOutcome.Failed, Assert.Single(routes.Records.Usages).Outcome);
        Assert.Equal(0, routes.Time.ActiveTimers);
    }
}
