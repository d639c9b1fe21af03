using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Circuits are kept by the names of routes: no two share one.</summary>
public sealed class RouteNamesTests
{
    [Theory]
    [InlineData(null, null, null, "scripted", "scripted 2", "scripted 3")]
    [InlineData("scripted", null, null, "scripted", "scripted 2", "scripted 3")]
    [InlineData(null, "scripted", "scripted 1", "scripted 2", "scripted", "scripted 1")]
    [InlineData("a", "b", "c", "a", "b", "c")]
    public void AllOf_NamesThatAreTaken_HaveTheirPlaceBehindThem(string? first, string? second, string? third, params string[] names)
    {
        using var client = new ScriptedChatClient(new ManualTimeProvider(), Recovering.Answering("a"));

        Route[] routes = Route.AllOf([.. new[] { first, second, third }.Select(name => new RecoveryRoute { Name = name, Client = client })]);

        Assert.Equal(names, routes.Select(route => route.Name));
    }

    [Fact]
    public async Task Call_TwoAccountsOfOneProviderWithoutNames_HaveTheirOwnCircuits()
    {
        var time = new ManualTimeProvider();
        var first = new ScriptedChatClient(time, Recovering.Failing(ChatErrorKind.Authentication));
        var second = new ScriptedChatClient(time, Recovering.Answering("second"));
        using var client = new StreamingRecoveryChatClient(first, new StreamingRecoveryOptions { Routes = { new RecoveryRoute { Client = second } } }, time);

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("second", response.Text);
        Assert.Equal([("scripted", true), ("scripted 2", false)], client.GetService<RecoveryCircuits>()!.States.Select(state => (state.Route, state.IsOpen)).Order());
    }

    [Fact]
    public void Options_OneNameTwice_AreRefused()
    {
        using var client = new ScriptedChatClient(new ManualTimeProvider(), Recovering.Answering("a"));
        var options = new StreamingRecoveryOptions { Primary = { Name = "a" }, Routes = { Recovering.RouteTo(client, "a"), Recovering.RouteTo(client, "b") } };

        var exception = Assert.Throws<ArgumentException>(() => new StreamingRecoveryChatClient(client, options));

        Assert.Contains("StreamingRecoveryOptions:Routes is 'a' twice: every route has to have a name of its own.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WrongValueOfARoute_AreRefused()
    {
        using var client = new ScriptedChatClient(new ManualTimeProvider(), Recovering.Answering("a"));
        var options = new StreamingRecoveryOptions { Routes = { new RecoveryRoute { Client = client, ContextLength = 0 } } };

        var exception = Assert.Throws<ArgumentException>(() => new StreamingRecoveryChatClient(client, options));

        Assert.Contains("StreamingRecoveryOptions:Routes:0:ContextLength is 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ChangedAfterwards_ChangeNothing()
    {
        var inner = new ScriptedChatClient(new ManualTimeProvider(), Recovering.Answering("a"));
        var options = new StreamingRecoveryOptions { Primary = { Model = "before" } };
        using var client = new StreamingRecoveryChatClient(inner, options);

        options.Primary.Model = "after";
        await client.AskAsync(streaming: true);

        Assert.Equal("before", inner.Calls[0].Options?.ModelId);
    }
}
