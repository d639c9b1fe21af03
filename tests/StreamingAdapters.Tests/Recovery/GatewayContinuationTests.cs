using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Servers that fail after their answer has begun, with continuation: Ollama goes on by prefill, OpenAI by instruction, and the seam is said.</summary>
public sealed class GatewayContinuationTests
{
    private const int Sent = 20;

    private static readonly string SentText = TextGenerator.Text(1, GatewayRoutes.Prompt, Sent);

    // At most 40 characters are asked for, but for the beginning of their first word.
    private static readonly int AnchorLength = SentText.Length - SentText.LastIndexOf(' ', SentText.Length - 40) - 1;

    public static MatrixTheoryData<string, string> Faults => new(GatewayBreak.Names, EmulatedTarget.WithHistory);

    public static TheoryData<string> Providers => [.. EmulatedTarget.WithHistory];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Faults))]
    public async Task Stream_FaultMidStream_GoesOnFromTheSameRoute(string fault, string first)
    {
        GatewayBreak expected = GatewayBreak.Named(fault, Sent);
        await using GatewayRoutes routes = await StartAsync(first);
        routes.First.Enqueue(expected.Fault);

        GatewayAnswer answer = await routes.AskAsync();

        CheckContinued(routes, answer, expected.Kind, to: "first");
        Assert.Equal(["first delivered", "first delivered"], answer.Attempts);
        Assert.Equal((2, 0), routes.Requests);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Faults))]
    public async Task Stream_FaultMidStreamAndRouteIsDown_GoesOnFromTheSecondRoute(string fault, string first)
    {
        GatewayBreak expected = GatewayBreak.Named(fault, Sent);
        await using GatewayRoutes routes = await StartAsync(first);
        routes.First.Enqueue([expected.Fault, .. Enumerable.Repeat(ServerFault.Status(500), 3)]);

        GatewayAnswer answer = await routes.AskAsync();

        CheckContinued(routes, answer, expected.Kind, to: "second");
        Assert.Equal(["first delivered", "first ServerError retry", "first ServerError retry", "first ServerError failover", "second delivered"], answer.Attempts);
        Assert.Equal((4, 1), routes.Requests);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_ServerFallsSilent_GoesOn(string first)
    {
        TimeSpan idle = TimeSpan.FromSeconds(30);
        await using GatewayRoutes routes = await StartAsync(first, options =>
        {
            options.Coalescing.Enabled = false;
            (options.Timeout.FirstContent, options.Timeout.Idle, options.Timeout.Total) = (null, idle, null);
        });
        routes.First.Enqueue(ServerFault.Silence(Sent));

        Task<GatewayAnswer> asking = routes.AskUntilSilentAsync(SentText, out Task silent);
        await silent;

        // Once: a slow machine would let a clock that goes on run out for the second request too.
        routes.Time.Advance(idle);
        GatewayAnswer answer = await asking;

        CheckContinued(routes, answer, ChatErrorKind.IdleTimeout, to: "first");
        Assert.Equal((2, 0), routes.Requests);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_RouteRefusesPrefill_GoesOnFromTheSecondByInstruction(string first)
    {
        await using GatewayRoutes routes = await StartAsync(first, WithPrefill(PrefillStyle.LastMessage, PrefillStyle.None), time => ServerOptions(time, prefills: false));
        routes.First.Enqueue(ServerFault.Cut(Sent));

        GatewayAnswer answer = await routes.AskAsync();

        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal(["first delivered", "first UnsupportedFeature failover", "second delivered"], answer.Attempts);
        Assert.Equal(("second", false), (Assert.Single(answer.Continuations).To, answer.Continuations[0].IsPrefill));
        Assert.Equal((2, 1), routes.Requests);
    }

    [Theory(Timeout = GatewayRoutes.Safety)]
    [MemberData(nameof(Providers))]
    public async Task Stream_EveryRouteRefusesPrefill_FailsAsItBrokeOff(string first)
    {
        await using GatewayRoutes routes = await StartAsync(
            first, WithPrefill(PrefillStyle.LastMessage, PrefillStyle.LastMessage), time => ServerOptions(time, prefills: false), time => ServerOptions(time, prefills: false));
        routes.First.Enqueue(ServerFault.Cut(Sent));

        GatewayAnswer answer = await routes.AskAsync();

        Assert.Equal((ChatErrorKind.Truncated, SentText, SentText), (answer.Failure?.Kind, answer.Failure?.Partial, answer.Text));
        Assert.Equal(["first UnsupportedFeature failover", "second UnsupportedFeature fail", "first Truncated continue delivered"], answer.Attempts);
        Assert.Equal((2, 1), routes.Requests);
        Assert.Equal(StreamOutcome.Failed, answer.Summary.Outcome);
    }

    [Fact(Timeout = GatewayRoutes.Safety)]
    public async Task Stream_BreaksOffAgainAndAgain_FailsWithAllThatCame()
    {
        await using GatewayRoutes routes = await StartAsync("ollama");
        routes.First.Enqueue(ServerFault.Cut(Sent), ServerFault.Cut(Sent), ServerFault.MalformedFrame(5));
        string all = TextGenerator.Text(1, GatewayRoutes.Prompt, Sent + Sent + 5);

        GatewayAnswer answer = await routes.AskAsync();

        Assert.Equal((ChatErrorKind.MalformedStream, all, all), (answer.Failure?.Kind, answer.Failure?.Partial, answer.Text));
        Assert.Equal([20, 40], answer.Continuations.Select(continuation => continuation.Position).Select(position => all[..position].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal((3, 0), routes.Requests);
    }

    private static Task<GatewayRoutes> StartAsync(
        string first, Action<StreamingOptions>? configure = null, Func<TimeProvider, EmulatedServerOptions>? firstServer = null, Func<TimeProvider, EmulatedServerOptions>? secondServer = null)
    {
        return GatewayRoutes.StartAsync(first, Configure, firstServer ?? (time => ServerOptions(time)), secondServer ?? (time => ServerOptions(time)));

        void Configure(StreamingOptions options)
        {
            options.Recovery.Continuation.Enabled = true;
            (options.Recovery.Primary.Prefill, options.Routes[0].Prefill) = first == "ollama" ? (PrefillStyle.LastMessage, PrefillStyle.None) : (PrefillStyle.None, PrefillStyle.LastMessage);
            configure?.Invoke(options);
        }
    }

    private static Action<StreamingOptions> WithPrefill(PrefillStyle first, PrefillStyle second) =>
        options => (options.Recovery.Primary.Prefill, options.Routes[0].Prefill) = (first, second);

    private static EmulatedServerOptions ServerOptions(TimeProvider time, bool prefills = true) => new() { Seed = 1, TimeProvider = time, SupportsPrefill = prefills, Answer = GoOn };

    // A model that does what it is told: it repeats the end that it is shown, and goes on.
    private static string? GoOn(IReadOnlyList<ChatMessage> messages) => messages is [.., { } partial, { } instruction] && Anchor(instruction.Text) is { } anchor
        ? $"{anchor}{GatewayRoutes.FirstText[partial.Text.Length..]}"
        : null;

    private static string? Anchor(string text)
    {
        string instruction = RecoveryContinuationOptions.DefaultInstruction.Replace(RecoveryContinuationOptions.AnchorPlaceholder, "", StringComparison.Ordinal);
        return text.StartsWith(instruction, StringComparison.Ordinal) ? text[instruction.Length..] : null;
    }

    private static void CheckContinued(GatewayRoutes routes, GatewayAnswer answer, ChatErrorKind kind, string to)
    {
        bool isPrefill = (to == "first" ? routes.First : routes.Second) is EmulatedOllamaServer;
        StreamContinuation continuation = Assert.Single(answer.Continuations);
        Assert.Null(answer.Failure);
        Assert.Equal(GatewayRoutes.FirstText, answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.Response.FinishReason);
        Assert.Single(answer.MessageIds);
        Assert.Equal(("first", to, kind, isPrefill, SentText.Length), (continuation.From, continuation.To, continuation.Kind, continuation.IsPrefill, continuation.Position));
        Assert.Equal((0, isPrefill ? 0 : AnchorLength, 1.0), (continuation.Uncertain, continuation.Overlap, continuation.Confidence));
        Assert.Equal((StreamOutcome.Completed, answer.Records.Count), (answer.Summary.Outcome, answer.Summary.Attempts));
        Assert.Equal(StreamOutcome.Completed, Assert.Single(routes.Records.Usages).Outcome);
        Assert.Equal(0, routes.Time.ActiveTimers);
    }
}
