namespace Microsoft.Extensions.AI.Tests;

/// <summary><c>Use</c> with one delegate per method, either of which may be missing.</summary>
public sealed class DelegatePairTests
{
    [Fact]
    public void Use_BothDelegatesNull_Throws()
    {
        using var inner = new CallbackChatClient();

        Assert.Throws<ArgumentNullException>("getResponseFunc", () => inner.AsBuilder().Use(null, null));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Call_NullMessages_ThrowsAtTheCall(bool withResponse, bool withStreaming)
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = Build(inner, withResponse, withStreaming);

        await Assert.ThrowsAsync<ArgumentNullException>("messages", () => client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>("messages", () => { _ = client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
        Assert.Empty(inner.Calls);
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public async Task Call_PassedOn_UsesTheOwnDelegateOrTheOnlyOne(bool streaming, bool withResponse, bool withStreaming)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new ChatOptions();
        using var inner = new CallbackChatClient();
        using IChatClient client = Build(inner, withResponse, withStreaming);

        ChatResponse response = await client.AskAsync(streaming, options, cancellation.Token);

        Assert.Equal("answer", response.Text);
        bool innerStreaming = streaming ? withStreaming : !withResponse;
        CallbackChatClient.Call call = Assert.Single(inner.Calls);
        Assert.Equal(new CallbackChatClient.Call(innerStreaming, ChatClientCalls.Question, options, cancellation.Token), call);
    }

    [Fact]
    public async Task GetResponse_Given_ReturnsTheDelegatesInstance()
    {
        var given = new ChatResponse();
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, _, _) => Task.FromResult(given), null).Build();

        Assert.Same(given, await client.GetResponseAsync(ChatClientCalls.Question).Soon());
        Assert.Empty(inner.Calls);
    }

    [Fact]
    public void GetStreamingResponse_Given_ReturnsTheDelegatesInstance()
    {
        IAsyncEnumerable<ChatResponseUpdate> given = Updates.Of("text");
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use(null, (_, _, _, _) => given).Build();

        Assert.Same(given, client.GetStreamingResponseAsync(ChatClientCalls.Question));
    }

    [Fact]
    public async Task GetStreamingResponse_OnlyResponseDelegate_HandsOutTheWholeResponse()
    {
        var whole = new ChatResponse([new(ChatRole.Assistant, "one"), new(ChatRole.Assistant, "two")])
        {
            ResponseId = "id",
            ModelId = "model",
            FinishReason = ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 4, TotalTokenCount = 7 },
            AdditionalProperties = new AdditionalPropertiesDictionary { ["key"] = "value" },
        };
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, _, _) => Task.FromResult(whole), null).Build();

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(ChatClientCalls.Question).ToListAsync().AsTask().Soon();

        Assert.Equal(["one", "two"], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.All(updates.Take(2), update => Assert.Equal(("id", "model", ChatFinishReason.Stop), (update.ResponseId, update.ModelId, update.FinishReason)));
        Assert.Equal(7, Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details.TotalTokenCount);
        Assert.Equal("value", updates.ToChatResponse().AdditionalProperties?["key"]);
    }

    [Fact]
    public async Task GetResponse_OnlyStreamingDelegate_PutsTheUpdatesTogether()
    {
        ChatResponseUpdate[] updates =
        [
            new(ChatRole.Assistant, "one ") { ResponseId = "id", MessageId = "message" },
            new(ChatRole.Assistant, "two") { ModelId = "model", MessageId = "message", FinishReason = ChatFinishReason.Length },
            new() { Contents = [new UsageContent(new UsageDetails { TotalTokenCount = 7 })] },
        ];
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use(null, (_, _, _, _) => updates.ToAsyncEnumerable()).Build();

        ChatResponse response = await client.GetResponseAsync(ChatClientCalls.Question).Soon();

        Assert.Equal("one two", Assert.Single(response.Messages).Text);
        Assert.Equal(("id", "model", ChatFinishReason.Length), (response.ResponseId, response.ModelId, response.FinishReason));
        Assert.Equal(7, response.Usage?.TotalTokenCount);
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    public async Task Call_InnerClientFails_CallerGetsTheException(bool streaming, bool withResponse, bool withStreaming)
    {
        var error = new InvalidDataException("broken");
        using var inner = CallbackChatClient.Failing(error);
        using IChatClient client = Build(inner, withResponse, withStreaming);

        Assert.Same(error, await Record.ExceptionAsync(() => client.AskAsync(streaming)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Call_DelegateThrowsSynchronously_ThrowsAtTheCall(bool withResponse, bool withStreaming)
    {
        var error = new InvalidDataException("broken");
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder()
            .Use(withResponse ? (_, _, _, _) => throw error : null, withStreaming ? (_, _, _, _) => throw error : null)
            .Build();

        Assert.Same(error, Record.Exception(() => { _ = client.GetResponseAsync(ChatClientCalls.Question); }));
        Assert.Same(error, Record.Exception(() => { _ = client.GetStreamingResponseAsync(ChatClientCalls.Question); }));
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    public async Task Call_CancelledWhileSilent_EndsWithTheCallersToken(bool streaming, bool withResponse, bool withStreaming)
    {
        using var cancellation = new CancellationTokenSource();
        using var inner = CallbackChatClient.Silent();
        using IChatClient client = Build(inner, withResponse, withStreaming);

        Task<ChatResponse> answer = client.AskAsync(streaming, cancellationToken: cancellation.Token);
        Assert.False(answer.IsCompleted);
        await cancellation.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
    }

    private static IChatClient Build(IChatClient inner, bool withResponse, bool withStreaming) =>
        inner.AsBuilder().Use(withResponse ? AskInner : null, withStreaming ? StreamInner : null).Build();

    private static Task<ChatResponse> AskInner(
        IEnumerable<ChatMessage> messages, ChatOptions? options, IChatClient inner, CancellationToken cancellationToken) =>
        inner.GetResponseAsync(messages, options, cancellationToken);

    private static IAsyncEnumerable<ChatResponseUpdate> StreamInner(
        IEnumerable<ChatMessage> messages, ChatOptions? options, IChatClient inner, CancellationToken cancellationToken) =>
        inner.GetStreamingResponseAsync(messages, options, cancellationToken);
}
