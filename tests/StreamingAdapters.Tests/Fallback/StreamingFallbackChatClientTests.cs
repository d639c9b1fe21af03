using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Fallback;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Tests.Fallback;

public sealed class StreamingFallbackChatClientTests
{
    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<OddPoint, string> RefusalsAtEveryOpening => new(
        [OddPoint.Call, OddPoint.Enumerator, OddPoint.Read, OddPoint.FirstUpdate], ["provider", "not supported", "not implemented"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(RefusalsAtEveryOpening))]
    public async Task Stream_RefusedBeforeItsFirstUpdate_IsTheWholeAnswer(OddPoint point, string refusal)
    {
        var inner = new UnstreamedChatClient(point, () => Refusal(refusal));
        using var client = new StreamingFallbackChatClient(inner);

        ChatResponse response = await AskAsync(client);

        Assert.Equal(("whole", ChatFinishReason.Stop), (response.Text, response.FinishReason));
        Assert.Equal((1, 1), (inner.Streams, inner.Wholes));
    }

    [Fact]
    public async Task Stream_Refused_AsksTheSameAndHandsOutEverythingOnce()
    {
        var inner = new ScriptedChatClient(
            StreamScript.New().Text("").Usage(1, 0).Fault(Refusal("provider")),
            StreamScript.New().Reasoning("hm").Text("Hello").ToolCall("c1", "f").Usage(3, 2).Finish());
        using var client = new StreamingFallbackChatClient(inner);
        var options = new ChatOptions { ModelId = "m" };

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", options, Token).ToListAsync(Token);

        ChatResponse response = updates.ToChatResponse();
        Assert.Equal(("response-2", "Hello", 5L), (response.ResponseId, response.Text, response.Usage?.TotalTokenCount));
        Assert.Equal(3, Assert.Single(response.Messages).Contents.Count);
        Assert.Equal([true, false], inner.Calls.Select(call => call.IsStreaming));
        Assert.All(inner.Calls, call => Assert.Same(options, call.Options));
        Assert.Same(inner.Calls[0].Messages[0], Assert.Single(inner.Calls[1].Messages));
        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(true, updates[0].AdditionalProperties?[StreamingKeys.Fallback]);
        Assert.All(updates.Skip(1), update => Assert.Null(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Fallback)));
    }

    [Fact]
    public async Task Stream_RefusedAfterContent_Fails()
    {
        Exception refusal = Refusal("provider");
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Fault(refusal));
        using var client = new StreamingFallbackChatClient(inner);
        List<string> received = [];

        Exception? failure = await Record.ExceptionAsync(() => ReadAsync(client, received, Token));

        Assert.Same(refusal, failure);
        Assert.Equal(["a"], received);
        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_NotSupportedAfterAnUpdate_IsNoRefusal()
    {
        var inner = new UnstreamedChatClient(OddPoint.SecondUpdate, () => Refusal("not supported"));
        using var client = new StreamingFallbackChatClient(inner);
        List<string> received = [];

        await Assert.ThrowsAsync<NotSupportedException>(() => ReadAsync(client, received, Token));

        Assert.Equal([""], received);
        Assert.Equal(0, inner.Wholes);
    }

    [Theory]
    [InlineData(ChatErrorKind.UnsupportedFeature, "tools")]
    [InlineData(ChatErrorKind.ServerError, null)]
    public async Task Stream_FailsOtherwiseBeforeContent_DeliversWhatCameAndThrowsIt(ChatErrorKind kind, string? feature)
    {
        var fault = new ChatProviderException(kind, "x") { Feature = feature };
        var inner = new ScriptedChatClient(StreamScript.New().Text("").Fault(fault));
        using var client = new StreamingFallbackChatClient(inner);
        List<string> received = [];

        Exception? failure = await Record.ExceptionAsync(() => ReadAsync(client, received, Token));

        Assert.Same(fault, failure);
        Assert.Equal([""], received);
        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_Healthy_PassesTheSameInstances()
    {
        ChatResponseUpdate[] updates = [new(ChatRole.Assistant, []), new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, []), new(ChatRole.Assistant, "b")];
        var inner = new ScriptedChatClient(updates.Aggregate(StreamScript.New(), (script, update) => script.Update(update)));
        using var client = new StreamingFallbackChatClient(inner);

        List<ChatResponseUpdate> received = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(updates.Length, received.Count);
        Assert.All(updates.Zip(received), pair => Assert.Same(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Stream_EndsWithoutContent_PassesWhatItHad(int count)
    {
        var inner = new ScriptedChatClient(Enumerable.Range(0, count).Aggregate(StreamScript.New(), (script, _) => script.Text("")));
        using var client = new StreamingFallbackChatClient(inner);

        Assert.Equal(count, await client.GetStreamingResponseAsync("hi", cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task Stream_MoreThanIsHeldWithoutContent_PassesAndIsNoLongerRefusable()
    {
        var inner = new ScriptedChatClient(Enumerable.Range(0, CommitGate.MaxUpdates).Aggregate(StreamScript.New(), (script, _) => script.Text("")).Fault(Refusal("provider")));
        using var client = new StreamingFallbackChatClient(inner);
        List<string> received = [];

        await Assert.ThrowsAsync<ChatProviderException>(() => ReadAsync(client, received, Token));

        Assert.Equal(CommitGate.MaxUpdates, received.Count);
        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_WholeAnswerFails_ThrowsThatWithTheRefusalAndRemembersNothing()
    {
        Exception refusal = Refusal("provider");
        var fault = new ChatProviderException(ChatErrorKind.RateLimited, "x");
        var inner = new ScriptedChatClient(StreamScript.New().Fault(refusal), StreamScript.New().Fault(fault), StreamScript.New().Text("streamed").Finish());
        using var client = new StreamingFallbackChatClient(inner);

        Exception? failure = await Record.ExceptionAsync(() => AskAsync(client));
        ChatResponse second = await AskAsync(client);

        Assert.Same(fault, failure);
        Assert.Same(refusal, failure!.Data[StreamingKeys.Fallback]);
        Assert.Equal("streamed", second.Text);
    }

    [Fact]
    public async Task Stream_CancelledDuringTheWholeAnswer_IsTheCallersCancellation()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Fault(Refusal("provider")), StreamScript.New().Silence());
        using var client = new StreamingFallbackChatClient(inner);

        Task<OperationCanceledException> failure = Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(client, [], caller.Token));
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);
        await caller.CancelAsync();

        Assert.Equal(caller.Token, (await failure).CancellationToken);
        Assert.True(inner.Calls[1].IsCancelled);
    }

    [Fact]
    public async Task Stream_RefusedAsTheCallerCancels_AsksNothingMore()
    {
        using var caller = new CancellationTokenSource();
        var inner = new UnstreamedChatClient(OddPoint.Call, () =>
        {
            caller.Cancel();
            return Refusal("not supported");
        });
        using var client = new StreamingFallbackChatClient(inner);

        await Assert.ThrowsAsync<NotSupportedException>(() => ReadAsync(client, [], caller.Token));

        Assert.Equal(0, inner.Wholes);
    }

    [Fact]
    public async Task Stream_CancelledBetweenTwoUpdatesOfTheWholeAnswer_EndsWithTheNext()
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(StreamScript.New().Fault(Refusal("provider")), StreamScript.New().Text("a").Usage(1, 1).Finish());
        using var client = new StreamingFallbackChatClient(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());
    }

    [Fact]
    public async Task GetResponseAsync_AnyAnswer_Passes()
    {
        var inner = new UnstreamedChatClient(OddPoint.Call, () => Refusal("provider"));
        using var client = new StreamingFallbackChatClient(inner);

        ChatResponse response = await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal("whole", response.Text);
        Assert.Null(response.AdditionalProperties);
        Assert.Equal((0, 1), (inner.Streams, inner.Wholes));
    }

    private static Exception Refusal(string kind) => kind switch
    {
        "provider" => new ChatProviderException(ChatErrorKind.UnsupportedFeature, "x") { StatusCode = 400, Feature = "streaming" },
        "not supported" => new NotSupportedException("This client does not stream."),
        _ => new NotImplementedException(),
    };

    private static Task<ChatResponse> AskAsync(IChatClient client) => client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);

    private static async Task ReadAsync(IChatClient client, List<string> received, CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
        {
            received.Add(update.Text);
        }
    }
}
