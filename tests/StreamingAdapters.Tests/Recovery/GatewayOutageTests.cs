using System.Text;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>What no route helps against: all of them down, and an answer that is too large.</summary>
public sealed class GatewayOutageTests
{
    public static MatrixTheoryData<string, bool> Calls => new(EmulatedTarget.Providers, [true, false]);

    public static TheoryData<string> Providers => [.. EmulatedTarget.Providers];

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Calls))]
    public async Task Call_AllRoutesFail_ThrowsWhatTheLastOneSaid(string first, bool streaming)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue([.. Enumerable.Repeat(ServerFault.Status(500), 3)]);
        routes.Second.Enqueue(ServerFault.Status(429, TimeSpan.FromMinutes(2)));

        GatewayAnswer answer = await routes.AskAsync(streaming);

        var failure = Assert.IsType<ChatProviderException>(answer.Failure);
        Assert.Equal((ChatErrorKind.RateLimited, 429, TimeSpan.FromMinutes(2), true), (failure.Kind, failure.StatusCode, failure.RetryAfter, failure.IsTransient));
        Assert.Equal(["first ServerError retry", "first ServerError retry", "first ServerError failover", "second RateLimited fail"], answer.Attempts);
        Assert.Equal((3, 1), routes.Requests);
        CheckNothingCame(routes, answer);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Calls))]
    public async Task Call_NobodyListensAnywhere_ThrowsNetwork(string first, bool streaming)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        await routes.First.DisposeAsync();
        await routes.Second.DisposeAsync();

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(ChatErrorKind.Network, Assert.IsType<ChatStreamException>(answer.Failure).Kind);
        Assert.Equal(
            ["first Network retry", "first Network retry", "first Network failover", "second Network retry", "second Network retry", "second Network fail"], answer.Attempts);
        CheckNothingCame(routes, answer);
    }

    // Another server's answer would be as large, and a limit that another route passes is none.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Calls))]
    public async Task Call_FirstFrameIsTooLarge_FailsAtOnce(string first, bool streaming)
    {
        await using GatewayRoutes routes = await StartSmallAsync(first, words: "");

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, Assert.IsType<ChatStreamException>(answer.Failure).Kind);
        Assert.Equal(["first BufferLimitExceeded fail"], answer.Attempts);
        Assert.Equal((1, 0), routes.Requests);
        CheckNothingCame(routes, answer);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_LaterFrameIsTooLarge_FailsWithWhatCame(string first)
    {
        await using GatewayRoutes routes = await StartSmallAsync(first, words: "one two three");

        GatewayAnswer answer = await routes.AskAsync();

        Assert.Equal((ChatErrorKind.BufferLimitExceeded, "one two three", "one two three"), (answer.Failure?.Kind, answer.Failure?.Partial, answer.Text));
        Assert.Equal(["first BufferLimitExceeded fail delivered"], answer.Attempts);
        Assert.Equal((1, 0), routes.Requests);
    }

    // The limits stand around recovery: what passes them is no route's failure.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Calls))]
    public async Task Call_AnswerIsTooLarge_FailsWithWhatFits(string first, bool streaming)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Limits.MaxBytes = 100);

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, answer.Failure?.Kind);
        Assert.StartsWith(answer.Failure!.Partial!, GatewayRoutes.FirstText, StringComparison.Ordinal);
        Assert.Equal(streaming ? answer.Text : answer.Failure.Partial, answer.Failure.Partial);
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Failure.Partial!), 80, 100);
        Assert.Equal((1, 0), routes.Requests);
        Assert.Equal(StreamOutcome.Failed, answer.Summary.Outcome);
    }

    private static Task<GatewayRoutes> StartSmallAsync(string first, string words) => GatewayRoutes.StartAsync(
        first,
        options => options.Recovery.Continuation.Enabled = true,
        time => new EmulatedServerOptions { TimeProvider = time, Answer = _ => $"{words} {new string('x', 4 * GatewayRoutes.MaxFrameBytes)}" });

    private static void CheckNothingCame(GatewayRoutes routes, GatewayAnswer answer)
    {
        Assert.Equal(("", ""), (answer.Text, answer.Failure!.Partial ?? ""));
        Assert.Equal((StreamOutcome.Failed, answer.Records.Count, answer.Failure.Kind.ToString()), (answer.Summary.Outcome, answer.Summary.Attempts, answer.Summary.ErrorType));
        Assert.Equal(answer.PaidInVain(routes.First), Assert.Single(routes.Records.Usages).Usage.OutputTokenCount ?? 0);
        Assert.Equal(0, routes.Time.ActiveTimers);
    }
}
