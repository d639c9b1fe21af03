using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Servers that fail before their answer's first content: the consumer sees one whole answer and nothing of the fault.</summary>
public sealed class GatewayFaultTests
{
    public static MatrixTheoryData<string, string, bool> FaultsBeforeContent => new(GatewayFault.Names, EmulatedTarget.Providers, [true, false]);

    public static TheoryData<string> Providers => [.. EmulatedTarget.Providers];

    public static MatrixTheoryData<string, bool> ProvidersInBothMethods => new(EmulatedTarget.Providers, [true, false]);

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(FaultsBeforeContent))]
    public async Task Call_FaultBeforeContentStays_IsAnsweredByTheSecondRoute(string fault, string first, bool streaming)
    {
        GatewayFault expected = GatewayFault.Named(fault);
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue([.. Enumerable.Repeat(expected.Fault, expected.Retries + 1)]);

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(GatewayRoutes.SecondText, answer.Text);
        Assert.Equal([.. Enumerable.Repeat($"first {expected.Kind} retry", expected.Retries), $"first {expected.Kind} failover", "second delivered"], answer.Attempts);
        Assert.Equal((expected.Retries + 1, 1), routes.Requests);
        CheckWhole(routes, answer);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(FaultsBeforeContent))]
    public async Task Call_FaultBeforeContentPasses_IsAnsweredByTheSameRouteUnlessItAsksForTime(string fault, string first, bool streaming)
    {
        GatewayFault expected = GatewayFault.Named(fault);
        bool isSame = expected.Retries > 0;
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue(expected.Fault);

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(isSame ? GatewayRoutes.FirstText : GatewayRoutes.SecondText, answer.Text);
        Assert.Equal(isSame ? [$"first {expected.Kind} retry", "first delivered"] : [$"first {expected.Kind} failover", "second delivered"], answer.Attempts);
        Assert.Equal(isSame ? (2, 0) : (1, 1), routes.Requests);
        CheckWhole(routes, answer);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(ProvidersInBothMethods))]
    public async Task Call_NobodyListens_IsAnsweredByTheSecondRoute(string first, bool streaming)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        await routes.First.DisposeAsync();

        GatewayAnswer answer = await routes.AskAsync(streaming);

        Assert.Equal(GatewayRoutes.SecondText, answer.Text);
        Assert.Equal(["first Network retry", "first Network retry", "first Network failover", "second delivered"], answer.Attempts);
        Assert.Equal((0, 1), routes.Requests);
        CheckWhole(routes, answer);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Call_AfterAServerAskedForTime_LeavesItAloneUntilThen(string first)
    {
        await using GatewayRoutes routes = await GatewayRoutes.StartAsync(first);
        routes.First.Enqueue(ServerFault.Status(429, TimeSpan.FromSeconds(7)));

        await routes.AskAsync();
        GatewayAnswer early = await routes.AskAsync();
        routes.Time.Advance(TimeSpan.FromSeconds(7));
        GatewayAnswer late = await routes.AskAsync();

        Assert.Equal((GatewayRoutes.SecondText, GatewayRoutes.FirstText), (early.Text, late.Text));
        Assert.Equal(["second delivered"], early.Attempts);
        Assert.Equal(["first delivered"], late.Attempts);
        Assert.Equal((2, 2), routes.Requests);
    }

    private static void CheckWhole(GatewayRoutes routes, GatewayAnswer answer)
    {
        Assert.Null(answer.Failure);
        Assert.Equal(ChatFinishReason.Stop, answer.Response.FinishReason);
        Assert.Equal(GatewayRoutes.Words, answer.Response.Usage!.OutputTokenCount);
        Assert.Single(answer.ResponseIds);
        Assert.Single(answer.MessageIds);
        Assert.True(answer.Updates.Count == 0 || AttemptRecord.ReadFrom(answer.Updates[0].AdditionalProperties).Count == answer.Records.Count, "The log is on the first update alone.");
        Assert.Equal((StreamOutcome.Completed, answer.Records.Count), (answer.Summary.Outcome, answer.Summary.Attempts));
        UsageRecord usage = Assert.Single(routes.Records.Usages);
        Assert.Equal((UsageKind.Reported, (long?)GatewayRoutes.Words + answer.PaidInVain(routes.First)), (usage.Kind, usage.Usage.OutputTokenCount));
        Assert.Equal(0, routes.Time.ActiveTimers);
    }
}
