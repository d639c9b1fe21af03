using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class RecoveryCircuitsTests
{
    private const int Throughput = 5;

    private static readonly TimeSpan Second = Recovering.Second;
    private static readonly TimeSpan Break = 30 * Second;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task States_CircuitOpens_ShowRouteModelKindAndTime()
    {
        using StreamingRecoveryChatClient client = Over(Failing());
        RecoveryCircuits circuits = client.GetService<RecoveryCircuits>()!;
        Assert.Empty(circuits.States);

        await FailAsync(client);
        RecoveryCircuitState before = Assert.Single(circuits.States);
        await OpenAsync(client, calls: Throughput - 1);
        _time.Advance(10 * Second);

        Assert.Equal(new RecoveryCircuitState { Route = "primary", Model = "scripted" }, before);
        Assert.Equal(
            new RecoveryCircuitState { Route = "primary", Model = "scripted", IsOpen = true, Kind = ChatErrorKind.Overloaded, OpenFor = 20 * Second },
            Assert.Single(circuits.States));
    }

    [Theory]
    [InlineData("second", true, false)]
    [InlineData("nobody", true, true)]
    [InlineData(null, false, false)]
    public async Task Reset_OneOrAll_ClosesThem(string? route, bool firstIsOpen, bool secondIsOpen)
    {
        using StreamingRecoveryChatClient client = Over(
            new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Authentication)),
            options => options.Routes.Add(Recovering.RouteTo(new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Authentication)), "second")));
        RecoveryCircuits circuits = client.GetService<RecoveryCircuits>()!;
        await FailAsync(client);
        Assert.All(circuits.States, state => Assert.True(state.IsOpen));

        circuits.Reset(route);

        Assert.Equal([("primary", firstIsOpen), ("second", secondIsOpen)], circuits.States.Select(state => (state.Route, state.IsOpen)).Order());
    }

    [Fact]
    public async Task Reset_AfterManyFailures_ForgetsThem()
    {
        ScriptedChatClient inner = Failing();
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client);

        client.GetService<RecoveryCircuits>()!.Reset();
        await OpenAsync(client, calls: Throughput - 1);

        Assert.Equal((2 * Throughput) - 1, inner.Calls.Count);
        Assert.False(client.GetService<RecoveryCircuits>()!.States[0].IsOpen);
    }

    [Fact]
    public async Task Circuit_OtherModelOfTheSameRoute_HasItsOwn()
    {
        ScriptedChatClient inner = Failing();
        using StreamingRecoveryChatClient client = Over(inner);
        await OpenAsync(client);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true, new ChatOptions { ModelId = "other" }));

        Assert.Equal((Throughput + 1, "other"), (inner.Calls.Count, inner.Calls[^1].Options?.ModelId));
        Assert.Equal([("other", false), ("scripted", true)], client.GetService<RecoveryCircuits>()!.States.Select(state => (state.Model!, state.IsOpen)).Order());
    }

    private ScriptedChatClient Failing() => new(_time, Recovering.Failing(ChatErrorKind.Overloaded));

    // One call, one attempt.
    private StreamingRecoveryChatClient Over(ScriptedChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Primary = { Name = "primary" }, Circuit = { MinimumThroughput = Throughput, BreakDuration = Break } };
        Recovering.WithoutRetries(options);
        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }

    private static async Task OpenAsync(StreamingRecoveryChatClient client, int calls = Throughput)
    {
        for (int call = 0; call < calls; call++)
        {
            await FailAsync(client);
        }
    }

    private static Task<ChatProviderException> FailAsync(StreamingRecoveryChatClient client) => Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
}
