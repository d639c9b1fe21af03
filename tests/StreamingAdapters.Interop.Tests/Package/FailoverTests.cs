using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Interop.Tests.Situations;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Package;

#pragma warning disable MEAI001 // The failover of Microsoft.Extensions.AI is experimental.

/// <summary>Microsoft.Extensions.AI's failover takes the first update for the beginning of the answer; behind the commit gate that is its first content.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_FaultBehindTheRole_IsGoneOnFromByTheNextGatedRoute()
    {
        ScriptedChatClient[] routes = [Breaking(StreamScript.New().Text("")), Answering()];
        using var client = new OrderedFailoverChatClient([.. routes.Select(Gated)]);

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal("It rains.", string.Concat(updates.Select(update => update.Text)));
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.Equal((1, 1), (routes[0].Calls.Count, routes[1].Calls.Count));
        Assert.All(routes, route => Assert.True(route.Calls[0].IsDisposed));
    }

    // What the gate is for: without it the same fault ends the answer.
    [Fact]
    public async Task Stream_FaultBehindTheRole_EndsTheAnswerOfARouteWithoutGate()
    {
        ScriptedChatClient[] routes = [Breaking(StreamScript.New().Text("")), Answering()];
        using var client = new OrderedFailoverChatClient([.. routes]);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token).AsTask());

        Assert.Empty(routes[1].Calls);
    }

    [Fact]
    public async Task Stream_FaultBehindContent_IsNotGoneOnFrom()
    {
        ScriptedChatClient[] routes = [Breaking(StreamScript.New().Text("").Text("It ")), Answering()];
        using var client = new OrderedFailoverChatClient([.. routes.Select(Gated)]);
        List<string> received = [];

        await Assert.ThrowsAsync<ChatProviderException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
            {
                received.Add(update.Text);
            }
        });

        Assert.Equal("It ", string.Concat(received));
        Assert.Empty(routes[1].Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoRounds_SecondFailsTwiceBeforeContent_RunsTheToolOnce(bool streaming)
    {
        int runs = 0;
        var inner = new ScriptedChatClient(
            StreamScript.New().ToolCall("1", "weather").Usage(10, 5).Finish(ChatFinishReason.ToolCalls),
            StreamScript.New().Text("").Fault(Broken()),
            StreamScript.New().Text("").Fault(Broken()),
            StreamScript.New().Text("It rains.").Usage(20, 7).Finish());
        using IChatClient client = inner.AsBuilder()
            .UseStreaming(
                options =>
                {
                    options.Mode = StreamingMode.Enhanced;
                    options.Recovery.Delay = TimeSpan.Zero;
                },
                rounds => rounds.UseFunctionInvocation())
            .Build();

        ChatResponse response = await client.AskAsync(streaming, new ChatOptions
        {
            Tools = [AIFunctionFactory.Create(() => $"rain {++runs}", "weather")],
        });

        Assert.Equal((1, 4), (runs, inner.Calls.Count));
        Assert.EndsWith("It rains.", response.Text, StringComparison.Ordinal);
        Assert.Equal((30L, 12L), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
    }

    private static ChatProviderException Broken() => new(ChatErrorKind.Network, "broken");

    private static ScriptedChatClient Breaking(StreamScript script) => new(script.Fault(Broken()));

    private static ScriptedChatClient Answering() => new(StreamScript.New().Text("").Text("It ").Text("rains.").Finish());

    private static IChatClient Gated(IChatClient route) => route.AsBuilder().UseStreamingCommitGate().Build();
}
