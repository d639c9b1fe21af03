namespace Microsoft.Extensions.AI.Tests;

/// <summary><c>Use</c> with one delegate for both methods: what holds with and without streaming.</summary>
public sealed class SharedDelegateTests
{
    [Fact]
    public void Use_NullDelegate_Throws()
    {
        using var inner = new CallbackChatClient();
        Func<IEnumerable<ChatMessage>, ChatOptions?, Func<IEnumerable<ChatMessage>, ChatOptions?, CancellationToken, Task>, CancellationToken, Task>? none = null;

        Assert.Throws<ArgumentNullException>("sharedFunc", () => inner.AsBuilder().Use(none!));
    }

    [Fact]
    public async Task Call_NullMessages_ThrowsAtTheCall()
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((messages, options, next, token) => next(messages, options, token)).Build();

        await Assert.ThrowsAsync<ArgumentNullException>("messages", () => client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>("messages", () => { _ = client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
        Assert.Empty(inner.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_PassedOn_ArgumentsArriveUnchanged(bool streaming)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new ChatOptions();
        using var inner = new CallbackChatClient();
        IEnumerable<ChatMessage>? seenMessages = null;
        ChatOptions? seenOptions = null;
        CancellationToken seenToken = default;
        using IChatClient client = inner.AsBuilder().Use((messages, given, next, token) =>
        {
            (seenMessages, seenOptions, seenToken) = (messages, given, token);
            return next(messages, given, token);
        }).Build();

        ChatResponse response = await client.AskAsync(streaming, options, cancellation.Token);

        Assert.Equal("answer", response.Text);
        Assert.Same(ChatClientCalls.Question, seenMessages);
        Assert.Same(options, seenOptions);
        Assert.Equal(cancellation.Token, seenToken);
        CallbackChatClient.Call call = Assert.Single(inner.Calls);
        Assert.Equal(new CallbackChatClient.Call(streaming, ChatClientCalls.Question, options, cancellation.Token), call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ReplacedArguments_ReachTheInnerClient(bool streaming)
    {
        using var cancellation = new CancellationTokenSource();
        ChatMessage[] others = [new(ChatRole.User, "other")];
        var otherOptions = new ChatOptions();
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, next, _) => next(others, otherOptions, cancellation.Token)).Build();

        await client.AskAsync(streaming);

        CallbackChatClient.Call call = Assert.Single(inner.Calls);
        Assert.Equal(new CallbackChatClient.Call(streaming, others, otherOptions, cancellation.Token), call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_DelegateAroundNext_RunsBeforeAndAfterTheInnerClient(bool streaming)
    {
        List<string> steps = [];
        using var inner = new CallbackChatClient
        {
            GetResponse = (_, _, _) =>
            {
                steps.Add("inner");
                return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer")));
            },
            GetStreamingResponse = (_, _, _) =>
            {
                steps.Add("inner");
                return Updates.Of("answer");
            },
        };
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            steps.Add("before");
            await next(messages, options, token);
            steps.Add("after");
        }).Build();

        await client.AskAsync(streaming);

        Assert.Equal(["before", "inner", "after"], steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_AsyncLocalSetByTheDelegate_IsSeenByTheInnerClientOnly(bool streaming)
    {
        var local = new AsyncLocal<int>();
        int seen = 0;
        using var inner = new CallbackChatClient
        {
            GetResponse = (_, _, _) =>
            {
                seen = local.Value;
                return Task.FromResult(new ChatResponse());
            },
            GetStreamingResponse = (_, _, _) =>
            {
                seen = local.Value;
                return Updates.Of("answer");
            },
        };
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            local.Value = 42;
            await next(messages, options, token);
        }).Build();

        await client.AskAsync(streaming);

        Assert.Equal(42, seen);
        Assert.Equal(0, local.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_InnerClientFails_DelegateAndCallerSeeTheException(bool streaming)
    {
        var error = new InvalidDataException("broken");
        Exception? seen = null;
        using var inner = CallbackChatClient.Failing(error);
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            seen = await Record.ExceptionAsync(() => next(messages, options, token));
            throw seen!;
        }).Build();

        Exception? thrown = await Record.ExceptionAsync(() => client.AskAsync(streaming));

        Assert.Same(error, seen);
        Assert.Same(error, thrown);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Call_DelegateThrows_CallerGetsTheException(bool streaming, bool afterNext)
    {
        var error = new InvalidDataException("broken");
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            if (afterNext)
            {
                await next(messages, options, token);
            }

            throw error;
        }).Build();

        Exception? thrown = await Record.ExceptionAsync(() => client.AskAsync(streaming));

        Assert.Same(error, thrown);
        Assert.Equal(afterNext ? 1 : 0, inner.Calls.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_DelegateThrowsSynchronously_CallItselfReturns(bool streaming)
    {
        var error = new InvalidDataException("broken");
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, _, _) => throw error).Build();

        Task<ChatResponse> answer = client.AskAsync(streaming);

        Assert.Same(error, await Record.ExceptionAsync(() => answer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_CancelledWhileSilent_EndsWithTheCallersToken(bool streaming)
    {
        using var cancellation = new CancellationTokenSource();
        using var inner = CallbackChatClient.Silent();
        using IChatClient client = inner.AsBuilder().Use((messages, options, next, token) => next(messages, options, token)).Build();

        Task<ChatResponse> answer = client.AskAsync(streaming, cancellationToken: cancellation.Token);
        Assert.False(answer.IsCompleted);
        await cancellation.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_DelegateCancelsItsOwnToken_CallerSeesACancellationNotItsOwn(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        using var own = new CancellationTokenSource();
        using var inner = CallbackChatClient.Silent();
        using IChatClient client = inner.AsBuilder().Use((messages, options, next, _) => next(messages, options, own.Token)).Build();

        Task<ChatResponse> answer = client.AskAsync(streaming, cancellationToken: caller.Token);
        await own.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(own.Token, thrown.CancellationToken);
        Assert.False(caller.IsCancellationRequested);
    }

    [Fact]
    public async Task GetResponse_NextNotCalled_Throws()
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, _, _) => Task.CompletedTask).Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetResponseAsync(ChatClientCalls.Question));
    }

    [Fact]
    public async Task GetResponse_DelegateSwallowsTheFailure_Throws()
    {
        using var inner = CallbackChatClient.Failing(new InvalidDataException("broken"));
        using IChatClient client = inner.AsBuilder()
            .Use((messages, options, next, token) => Record.ExceptionAsync(() => next(messages, options, token)).AsTask())
            .Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetResponseAsync(ChatClientCalls.Question));
    }

    [Fact]
    public async Task GetResponse_NextCalledTwice_LastResponseWins()
    {
        int calls = 0;
        using var inner = new CallbackChatClient
        {
            GetResponse = (_, _, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"answer {++calls}"))),
        };
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            await next(messages, options, token);
            await next(messages, options, token);
        }).Build();

        ChatResponse response = await client.GetResponseAsync(ChatClientCalls.Question);

        Assert.Equal("answer 2", response.Text);
    }
}
