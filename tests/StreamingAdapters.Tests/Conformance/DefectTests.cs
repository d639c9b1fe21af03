using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite can fail: every defect is noticed by the checks that are there for it.</summary>
public sealed class DefectTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        from defect in Defects.All
        from check in defect.Value.Checks
        select new TheoryDataRow<string, string>(defect.Key, check);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task RunAsync_ClientWithDefect_Fails(string defect, string check)
    {
        ChatClientConformance conformance = Over(Defects.All[defect].Break);

        ConformanceResult result = await conformance.RunAsync(check, Token);
        TestContext.Current.TestOutputHelper?.WriteLine(result.ToString());

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.StartsWith("Expected", result.Error!.Message, StringComparison.Ordinal);
        Assert.Throws<ConformanceException>(result.ThrowIfFailed);
    }

    [Fact]
    public async Task RunAsync_ClientDisposesInjectedHttpClient_Fails()
    {
        ChatClientConformance conformance = Over(static (target, http) => new DisposingChatClient(target.CreateClient(http), http));

        ConformanceResult result = await conformance.RunAsync("Ownership.NotDisposed", Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
    }

    [Fact]
    public async Task RunAsync_ClientChangesInjectedHttpClient_Fails()
    {
        ChatClientConformance conformance = Over(static (target, http) =>
        {
            http?.DefaultRequestHeaders.Add("X-Mine", "1");
            return target.CreateClient(http);
        });

        ConformanceResult result = await conformance.RunAsync("Ownership.NotChanged", Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
    }

    [Theory]
    [InlineData("Connections.Reused")]
    [InlineData("Connections.ReusedAfterLateEnd")]
    public async Task RunAsync_ClientConnectsForEveryCall_Fails(string check)
    {
        ChatClientConformance conformance = Over(static (target, http) => new ReconnectingChatClient(() => target.CreateClient(http)));

        ConformanceResult result = await conformance.RunAsync(check, Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Contains("number of connections", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClientNeverRetries_Fails()
    {
        ChatClientConformance conformance = Over(static (target, http) => new OpenAIChatClient(
            new OpenAIOptions { Endpoint = target.Endpoint, Model = target.ModelId, ApiKey = target.ApiKey, RetryDeadConnection = false }, http));

        ConformanceResult result = await conformance.RunAsync("Connections.DeadRetried", Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Contains("whole answer", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClientBuffersTheWholeAnswer_Fails()
    {
        var clock = new ManualTimeProvider();
        ChatClientConformance conformance = Over(static inner => new DefectiveChatClient(inner) { Updates = BufferAsync }, clock);

        Task<ConformanceResult> run = conformance.RunAsync("Streaming.FirstTextEarly", Token);
        await clock.WaitForTimersAsync(2, Token).WaitAsync(Safety, Token);
        clock.Advance(TimeSpan.FromSeconds(10));
        ConformanceResult result = await run.WaitAsync(Safety, Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Contains("held", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClientNeverClosesTheConnection_Fails()
    {
        var clock = new ManualTimeProvider();
        ChatClientConformance conformance = Over(static inner => new DefectiveChatClient(inner) { Updates = Leak }, clock);

        Task<ConformanceResult> run = conformance.RunAsync("Connections.BreakCloses", Token);
        await clock.WaitForTimersAsync(2, Token).WaitAsync(Safety, Token);
        clock.Advance(TimeSpan.FromSeconds(10));
        ConformanceResult result = await run.WaitAsync(Safety, Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Contains("still open", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClientIgnoresCancellation_FailsAsHung()
    {
        var clock = new ManualTimeProvider();
        var ignored = new TaskCompletionSource();
        ChatClientConformance conformance = Over(inner => new IgnoringChatClient(inner, ignored), clock);

        Task<ConformanceResult> run = conformance.RunAsync("Cancellation.WhileSilent", Token);
        await ignored.Task.WaitAsync(Safety, Token);
        await clock.WaitForTimersAsync(1, Token).WaitAsync(Safety, Token);
        clock.Advance(conformance.Limit);
        ConformanceResult result = await run.WaitAsync(Safety, Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Contains("hung", result.Error!.Message, StringComparison.Ordinal);
    }

    private static ChatClientConformance Over(Func<IChatClient, IChatClient> breakClient, TimeProvider? clock = null) =>
        Over((target, http) => breakClient(target.CreateClient(http)), clock);

    private static ChatClientConformance Over(Func<ConformanceTarget, HttpClient?, IChatClient> create, TimeProvider? clock = null) => new(
        async (server, token) =>
        {
            ConformanceTarget good = await OpenAsync(server, token);
            return new DefectTarget(good, http => create(good, http));
        },
        clock);

    private static async Task<ConformanceTarget> OpenAsync(EmulatedServerOptions server, CancellationToken cancellationToken) =>
        new OpenAITarget(await EmulatedOpenAIServer.StartAsync(server, cancellationToken), OpenAIDialect.LMStudio);

    private static async IAsyncEnumerable<ChatResponseUpdate> BufferAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        foreach (ChatResponseUpdate update in await updates.ToListAsync(CancellationToken.None))
        {
            yield return update;
        }
    }

    // Leaves the inner enumerator undisposed.
    private static async IAsyncEnumerable<ChatResponseUpdate> Leak(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        IAsyncEnumerator<ChatResponseUpdate> leaked = updates.GetAsyncEnumerator(CancellationToken.None);
        while (await leaked.MoveNextAsync())
        {
            yield return leaked.Current;
        }
    }
}
