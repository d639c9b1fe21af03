using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Servers that are right but late, or ask to be asked later.</summary>
public sealed class GatewaySlownessTests
{
    private const string Headers = "headers";
    private const string FirstContent = "first content";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // LM Studio tells of its progress before the content, and no test can see when the last of that was read and the clocks run again.
    public static MatrixTheoryData<string, string> SlowParts => new([Headers, FirstContent], EmulatedTarget.Providers.Where(provider => provider != "lmstudio-native"));

    public static MatrixTheoryData<string, bool> ProvidersInBothMethods => new(EmulatedTarget.Providers, [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(SlowParts))]
    public async Task Stream_NoContentInTime_IsAnsweredByTheSecondRoute(string slow, string first)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Timeout.FirstContent = Limit);
        routes.First.Enqueue(Slow(slow, 2 * Limit));

        Task<GatewayAnswer> asking = routes.AskAsync();
        await routes.Time.WaitForTimersAsync(3, Token);
        routes.Time.Advance(Limit);
        GatewayAnswer answer = await asking;

        await routes.First.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal(GatewayRoutes.SecondText, answer.Text);
        Assert.Equal(["first FirstContentTimeout failover", "second delivered"], answer.Attempts);
        Assert.Equal(Limit, answer.Records[0].Duration);
        Assert.Equal((1, 1), routes.Requests);
        Assert.Equal((StreamOutcome.Completed, Limit), (answer.Summary.Outcome, answer.Summary.FirstContent));
    }

    // The budget is over then: it is for asking the same route again.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(SlowParts))]
    public async Task Stream_NoContentInTheDefaultTime_IsAnsweredByTheSecondRoute(string slow, string first)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue(Slow(slow, TimeSpan.FromHours(1)));

        Task<GatewayAnswer> asking = routes.AskAsync();
        await routes.Time.WaitForTimersAsync(3, Token);
        routes.Time.Advance(new StreamingTimeoutOptions().FirstContent!.Value);
        GatewayAnswer answer = await asking;

        await routes.First.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal(GatewayRoutes.SecondText, answer.Text);
        Assert.Equal(["first FirstContentTimeout failover", "second delivered"], answer.Attempts);
        Assert.Equal((1, 1), routes.Requests);
        Assert.Equal(0, routes.Time.ActiveTimers);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(SlowParts))]
    public async Task Stream_ContentJustInTime_IsTheAnswer(string slow, string first)
    {
        TimeSpan late = Limit - TimeSpan.FromSeconds(1);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Timeout.FirstContent = Limit);
        routes.First.Enqueue(Slow(slow, late));

        Task<GatewayAnswer> asking = routes.AskAsync();
        await routes.Time.WaitForTimersAsync(3, Token);
        routes.Time.Advance(late);
        GatewayAnswer answer = await asking;

        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal(["first delivered"], answer.Attempts);
        Assert.Equal((1, 0), routes.Requests);
        Assert.Equal(late, answer.Summary.FirstContent);
    }

    // Without streaming nothing tells a slow answer from a dead one: the total alone counts.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(SlowParts))]
    public async Task Respond_NoContentForLong_IsTheAnswer(string slow, string first)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Timeout.FirstContent = Limit);
        routes.First.Enqueue(Slow(slow, 2 * Limit));

        Task<GatewayAnswer> asking = routes.AskAsync(streaming: false);
        await routes.Time.WaitForTimersAsync(2, Token);
        routes.Time.Advance(2 * Limit);
        GatewayAnswer answer = await asking;

        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal(["first delivered"], answer.Attempts);
        Assert.Equal((1, 0), routes.Requests);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(SlowParts))]
    public async Task Stream_HedgedAndSlow_IsAnsweredByTheSecondRouteAndTheFirstIsClosed(string slow, string first)
    {
        TimeSpan patience = TimeSpan.FromSeconds(2);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(
            first, options => (options.Recovery.Hedging.Enabled, options.Recovery.Hedging.Delay, options.Recovery.Hedging.Budget) = (true, patience, 1));
        routes.First.Enqueue(Slow(slow, Limit));

        Task<GatewayAnswer> asking = routes.AskAsync();
        await routes.Time.WaitForTimersAsync(4, Token);
        routes.Time.Advance(patience);
        GatewayAnswer answer = await asking;

        await routes.First.Requests[0].Aborted.WaitAsync(Token);
        Assert.Equal(GatewayRoutes.SecondText, answer.Text);
        Assert.Equal(["first Cancelled hedge", "second delivered"], answer.Attempts);
        Assert.Equal((1, 1), routes.Requests);
        Assert.Equal((StreamOutcome.Completed, patience), (answer.Summary.Outcome, answer.Summary.FirstContent));
    }

    // The stages' other clocks are off: the one timer is the wait's.
    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(ProvidersInBothMethods))]
    public async Task Call_ServerAsksForAShortTime_IsAskedAgainJustThen(string first, bool streaming)
    {
        TimeSpan hint = TimeSpan.FromSeconds(2);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first, options => options.Timeout.Enabled = false);
        routes.First.Enqueue(ServerFault.Status(429, hint));

        Task<GatewayAnswer> asking = routes.AskAsync(streaming);
        await routes.Time.WaitForTimersAsync(1, Token);
        routes.Time.Advance(hint - TimeSpan.FromMilliseconds(1));
        (int First, int Second) early = routes.Requests;
        routes.Time.Advance(TimeSpan.FromMilliseconds(1));
        GatewayAnswer answer = await asking;

        Assert.Equal((1, 0), early);
        Assert.Equal((2, 0), routes.Requests);
        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal(["first RateLimited retry", "first delivered"], answer.Attempts);
        Assert.Equal(hint, answer.Records[0].RetryAfter);
    }

    private static ServerFault Slow(string part, TimeSpan delay) => part is Headers ? ServerFault.SlowHeaders(delay) : ServerFault.SlowFirstContent(delay);
}
