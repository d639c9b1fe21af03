using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class FailoverTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_RoutesFailOneByOne_AsksThemInTheirOrder(bool streaming)
    {
        ScriptedChatClient[] routes = [Refusing("first"), Refusing("second"), Answering("third"), Answering("fourth")];
        using StreamingRecoveryChatClient client = Over(routes);

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal("third", response.Text);
        Assert.Equal([1, 1, 1, 0], routes.Select(route => route.Calls.Count));
        Assert.Equal(["first", "second", "third"], AttemptsOf(response, streaming).Select(attempt => attempt.Route));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_RouteFails_IsRepeatedBeforeItIsLeft(bool streaming)
    {
        ScriptedChatClient[] routes = [Failing("first", ChatErrorKind.ServerError), Answering("second")];
        using StreamingRecoveryChatClient client = Over(routes);

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal("second", response.Text);
        Assert.Equal(
            [("first", AttemptDecisions.Retry), ("first", AttemptDecisions.Retry), ("first", AttemptDecisions.Failover), ("second", null)],
            AttemptsOf(response, streaming).Select(attempt => (attempt.Route!, attempt.Decision)));
    }

    [Theory]
    [InlineData(2000, 2, 0)]
    [InlineData(2001, 1, 1)]
    public async Task Call_HintWithAnotherRoute_WaitsForShortOnesAlone(int hint, int firstCalls, int secondCalls)
    {
        var first = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.RateLimited, TimeSpan.FromMilliseconds(hint)), Recovering.Answering("first"));
        ScriptedChatClient second = Answering("second");
        using StreamingRecoveryChatClient client = Over([first, second]);

        await AskAsync(client, streaming: true);

        Assert.Equal((firstCalls, secondCalls), (first.Calls.Count, second.Calls.Count));
    }

    [Fact]
    public async Task Call_LongHintAndOtherRouteIsDownToo_FailsWithBothAttempts()
    {
        using StreamingRecoveryChatClient client = Over([Failing("first", ChatErrorKind.RateLimited, 30 * Second), Refusing("second")]);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.Authentication, exception.Kind);
        Assert.Equal(["first", "second"], AttemptRecord.ReadFrom(exception).Select(attempt => attempt.Route));
    }

    [Theory]
    [InlineData(ChatErrorKind.FirstContentTimeout)]
    [InlineData(ChatErrorKind.HeadersTimeout)]
    [InlineData(ChatErrorKind.ConnectTimeout)]
    public async Task Call_NoAnswerInTime_PrefersAnotherRouteAndElseRepeatsOnce(ChatErrorKind kind)
    {
        ScriptedChatClient[] two = [Failing("first", kind), Answering("second")];
        ScriptedChatClient[] one = [Failing("first", kind)];
        using StreamingRecoveryChatClient withAnother = Over(two);
        using StreamingRecoveryChatClient alone = Over(one);

        await AskAsync(withAnother, streaming: true);
        await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(alone, streaming: true));

        Assert.Equal((1, 1, 2), (two[0].Calls.Count, two[1].Calls.Count, one[0].Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ContextTooLong_AsksTheNextRouteWithALargerOne(bool streaming)
    {
        ScriptedChatClient[] routes = [Failing("first", ChatErrorKind.ContextLengthExceeded), Answering("smaller"), Answering("unknown"), Answering("larger")];
        using StreamingRecoveryChatClient client = Over(routes, options =>
        {
            options.Primary.ContextLength = 8_000;
            (options.Routes[0].ContextLength, options.Routes[1].ContextLength, options.Routes[2].ContextLength) = (8_000, null, 8_001);
        });

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal("larger", response.Text);
        Assert.Equal([1, 0, 0, 1], routes.Select(route => route.Calls.Count));
    }

    [Fact]
    public async Task Call_ContextTooLongEverywhere_FailsWithThatKind()
    {
        using StreamingRecoveryChatClient client = Over([Failing("first", ChatErrorKind.ContextLengthExceeded), Answering("second")]);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.ContextLengthExceeded, exception.Kind);
    }

    [Theory]
    [InlineData(ChatErrorKind.ContentFiltered, true)]
    [InlineData(ChatErrorKind.ContentFiltered, false)]
    [InlineData(ChatErrorKind.InvalidRequest, true)]
    [InlineData(ChatErrorKind.RequestTooLarge, true)]
    [InlineData(ChatErrorKind.TotalTimeout, true)]
    [InlineData(ChatErrorKind.BufferLimitExceeded, true)]
    public async Task Call_NoOtherRouteHelps_AsksNone(ChatErrorKind kind, bool streaming)
    {
        ScriptedChatClient[] routes = [Failing("first", kind), Answering("second")];
        using StreamingRecoveryChatClient client = Over(routes);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal((kind, 0), (exception.Kind, routes[1].Calls.Count));
    }

    [Fact]
    public async Task Call_UnknownTwice_LeavesOneRouteAlone()
    {
        ScriptedChatClient[] routes = [Failing("first", ChatErrorKind.Unknown), Failing("second", ChatErrorKind.Unknown), Answering("third")];
        using StreamingRecoveryChatClient client = Over(routes);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal([1, 1, 0], routes.Select(route => route.Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_AllRoutesDown_ThrowsTheLastErrorWithAllAttempts(bool streaming)
    {
        ScriptedChatClient[] routes = [Refusing("first"), Failing("second", ChatErrorKind.ModelNotFound), Failing("third", ChatErrorKind.QuotaExhausted)];
        using StreamingRecoveryChatClient client = Over(routes);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal(ChatErrorKind.QuotaExhausted, exception.Kind);
        Assert.Equal(
            [
                ("first", ChatErrorKind.Authentication, AttemptDecisions.Failover),
                ("second", ChatErrorKind.ModelNotFound, AttemptDecisions.Failover),
                ("third", ChatErrorKind.QuotaExhausted, AttemptDecisions.Fail),
            ],
            AttemptRecord.ReadFrom(exception).Select(attempt => (attempt.Route!, attempt.Kind!.Value, attempt.Decision!)));
        Assert.All(routes, route => Assert.True(route.Calls[0].IsDisposed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BudgetOver_AsksTheOtherRouteAllTheSame(bool streaming)
    {
        var first = new ScriptedChatClient(_time, StreamScript.New().Delay(61 * Second).Fault(Recovering.Failure(ChatErrorKind.Network)));
        ScriptedChatClient second = Answering("second");
        using StreamingRecoveryChatClient client = Over([first, second]);

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal(("second", 1, 1), (response.Text, first.Calls.Count, second.Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_RouteWithModelAndOptions_ReachTheClientOnACopy(bool streaming)
    {
        ScriptedChatClient[] routes = [Refusing("first"), Answering("second")];
        using StreamingRecoveryChatClient client = Over(routes, options =>
        {
            options.Routes[0].Model = "large";
            options.Routes[0].Configure = changed => (changed.Temperature, changed.MaxOutputTokens) = (0.5f, changed.ModelId!.Length);
        });
        var asked = new ChatOptions { ModelId = "small", Temperature = 1 };

        ChatResponse response = await client.AskAsync(streaming, asked);

        ChatOptions sent = routes[1].Calls[0].Options!;
        Assert.Equal(("large", 0.5f, 5), (sent.ModelId, sent.Temperature, sent.MaxOutputTokens));
        Assert.Equal(("small", 1f, null), (asked.ModelId, asked.Temperature, asked.MaxOutputTokens));
        Assert.Same(asked, routes[0].Calls[0].Options);
        Assert.Equal(["small", "large"], AttemptsOf(response, streaming).Select(attempt => attempt.Model));
    }

    [Fact]
    public async Task Call_RouteWithModelAndNoOptions_NamesItsModel()
    {
        ScriptedChatClient[] routes = [Refusing("first"), Answering("second")];
        using StreamingRecoveryChatClient client = Over(routes, options => options.Routes[0].Model = "large");

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal(("large", null), (response.ModelId, routes[0].Calls[0].Options));
    }

    [Fact]
    public async Task GetService_Metadata_IsOfTheRouteThatTheNextCallBeginsWith()
    {
        using StreamingRecoveryChatClient client = Over([Refusing("first"), Answering("second")], options => options.Routes[0].Model = "large");
        ChatClientMetadata before = client.GetService<ChatClientMetadata>()!;

        await client.AskAsync(streaming: true);

        ChatClientMetadata after = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("provider of first", "scripted"), (before.ProviderName, before.DefaultModelId));
        Assert.Equal(("provider of second", "large"), (after.ProviderName, after.DefaultModelId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_RoutesWithoutNames_AreCalledByTheirProviders(bool streaming)
    {
        ScriptedChatClient second = Answering("second");
        using var client = new StreamingRecoveryChatClient(Refusing("first"), new StreamingRecoveryOptions { Routes = { new RecoveryRoute { Client = second } } }, _time);

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal(
            [("provider of first", "provider of first"), ("provider of second", "provider of second")],
            AttemptsOf(response, streaming).Select(attempt => (attempt.Route!, attempt.Provider!)));
    }

    [Fact]
    public void Dispose_Stage_LeavesTheClientsOfFurtherRoutes()
    {
        ScriptedChatClient[] routes = [Answering("first"), Answering("second")];

        Over(routes).Dispose();

        Assert.Equal((true, false), (routes[0].IsDisposed, routes[1].IsDisposed));
    }

    private static IReadOnlyList<AttemptRecord> AttemptsOf(ChatResponse response, bool streaming) =>
        AttemptRecord.ReadFrom(streaming ? response.Messages[0].AdditionalProperties : response.AdditionalProperties);

    private ScriptedChatClient Refusing(string name) => Failing(name, ChatErrorKind.Authentication);

    private ScriptedChatClient Failing(string name, ChatErrorKind kind, TimeSpan? retryAfter = null) =>
        new(_time, Recovering.Failing(kind, retryAfter)) { ProviderName = $"provider of {name}" };

    private ScriptedChatClient Answering(string name) => new(_time, Recovering.Answering(name)) { ProviderName = $"provider of {name}" };

    private StreamingRecoveryChatClient Over(ScriptedChatClient[] routes, Action<StreamingRecoveryOptions>? configure = null)
    {
        string[] names = ["first", "second", "third", "fourth"];
        var options = new StreamingRecoveryOptions { Primary = { Name = names[0] } };
        foreach ((ScriptedChatClient route, string name) in routes.Skip(1).Zip(names.Skip(1)))
        {
            options.Routes.Add(Recovering.RouteTo(route, name));
        }

        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(routes[0], options, _time);
    }

    private async Task<ChatResponse> AskAsync(StreamingRecoveryChatClient client, bool streaming)
    {
        Task<ChatResponse> asking = client.AskAsync(streaming);
        await _time.AdvanceWhileAsync(asking, TimeSpan.FromMilliseconds(100));
        return await asking;
    }
}
