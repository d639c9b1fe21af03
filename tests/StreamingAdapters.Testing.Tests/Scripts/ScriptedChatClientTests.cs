using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Tests.Scripts;

public sealed class ScriptedChatClientTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "Hi")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetStreamingResponse_AllSteps_ContentsInOrderWithOneStamp()
    {
        var clock = new ManualTimeProvider();
        using var client = new ScriptedChatClient(clock, StreamScript.New()
            .Reasoning("hm")
            .Text("Hel")
            .Text("lo")
            .ToolCall("c1", "add", new Dictionary<string, object?> { ["x"] = 1 })
            .Usage(3, 4)
            .Finish(ChatFinishReason.ToolCalls));

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(Question, cancellationToken: Token).ToListAsync(Token);

        Assert.Equal("hm", Assert.IsType<TextReasoningContent>(updates[0].Contents[0]).Text);
        Assert.Equal("Hello", updates[1].Text + updates[2].Text);
        var call = Assert.IsType<FunctionCallContent>(updates[3].Contents[0]);
        Assert.Equal(("c1", "add", 1), (call.CallId, call.Name, call.Arguments!["x"]));
        UsageDetails usage = Assert.IsType<UsageContent>(updates[4].Contents[0]).Details;
        Assert.Equal((3, 4, 7), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
        Assert.Equal([null, null, null, null, null, ChatFinishReason.ToolCalls], updates.Select(u => u.FinishReason));
        Assert.All(updates, u => Assert.Equal(
            ("response-1", "message-1", "scripted", clock.GetUtcNow(), ChatRole.Assistant), (u.ResponseId, u.MessageId, u.ModelId, u.CreatedAt!.Value, u.Role!.Value)));
    }

    [Fact]
    public async Task GetResponse_IsTheAggregateOfTheStream()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("Hel").Text("lo").Usage(1, 2).Finish(ChatFinishReason.Length));

        ChatResponse response = await client.GetResponseAsync(Question, new ChatOptions { ModelId = "other" }, Token);

        Assert.Equal("Hello", Assert.Single(response.Messages).Text);
        Assert.Equal((ChatFinishReason.Length, "other", 3), (response.FinishReason!.Value, response.ModelId, response.Usage!.TotalTokenCount));
        Assert.False(client.Calls[0].IsStreaming);
    }

    [Fact]
    public async Task Calls_ScriptsInOrderTheLastRepeats_EachEnumerationIsACall()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("one"), StreamScript.New().Text("two"));
        var options = new ChatOptions();
        List<ChatMessage> messages = [.. Question];
        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, options, Token);

        string first = (await stream.ToListAsync(Token))[0].Text;
        messages.Add(new ChatMessage(ChatRole.User, "more"));
        string second = (await stream.ToListAsync(Token))[0].Text;
        string third = (await client.GetResponseAsync(Question, cancellationToken: Token)).Text;

        Assert.Equal(["one", "two", "two"], [first, second, third]);
        Assert.Equal([1, 2, 1], client.Calls.Select(c => c.Messages.Count));
        Assert.Same(options, client.Calls[0].Options);
        Assert.Equal([true, true, false], client.Calls.Select(c => c.IsStreaming));
        Assert.All(client.Calls, c => Assert.True(c is { IsCompleted: true, IsDisposed: true, IsCancelled: false, UpdatesPulled: 1 }));
    }

    [Fact]
    public async Task Update_GivenInstance_HandedOutAsItIs()
    {
        var update = new ChatResponseUpdate { ResponseId = null };
        using var client = new ScriptedChatClient(StreamScript.New().Update(update));

        ChatResponseUpdate received = Assert.Single(await client.GetStreamingResponseAsync(Question, cancellationToken: Token).ToListAsync(Token));

        Assert.Same(update, received);
        Assert.Null(received.ResponseId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fault_ThrownAfterTheUpdatesBefore(bool streaming)
    {
        var fault = new InvalidOperationException("boom");
        using var client = new ScriptedChatClient(StreamScript.New().Text("a").Fault(fault).Text("never"));

        Exception thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            if (streaming)
            {
                await client.GetStreamingResponseAsync(Question, cancellationToken: Token).ToListAsync(Token);
            }
            else
            {
                await client.GetResponseAsync(Question, cancellationToken: Token);
            }
        });

        Assert.Same(fault, thrown);
        Assert.True(client.Calls[0] is { UpdatesPulled: 1, IsCompleted: false, IsDisposed: true });
    }

    [Fact]
    public async Task Delay_EndsOnTheClock()
    {
        var clock = new ManualTimeProvider();
        using var client = new ScriptedChatClient(clock, StreamScript.New().Delay(TimeSpan.FromSeconds(5)).Text("late"));

        Task<ChatResponse> response = client.GetResponseAsync(Question, cancellationToken: Token);
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(TimeSpan.FromSeconds(4));
        bool early = response.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("late", (await response.Within()).Text);
        Assert.False(early);
    }

    [Fact]
    public async Task Silence_EndsByTheTokenOnly()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("a").Silence());
        using var cancel = new CancellationTokenSource();

        Task<ChatResponse> response = client.GetResponseAsync(Question, cancellationToken: cancel.Token);
        ScriptedChatCall call = await client.WaitForCallAsync(cancellationToken: Token).Within();
        await call.Pending.Within();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response.Within());
        await call.Disposed.Within();
        Assert.True(call is { IsCancelled: true, IsCompleted: false, UpdatesPulled: 1 });
        Assert.Equal(cancel.Token, call.CancellationToken);
    }

    [Fact]
    public async Task Hang_IgnoresTheTokenUntilTheClientIsDisposed()
    {
        var client = new ScriptedChatClient(StreamScript.New().Hang());
        using var cancel = new CancellationTokenSource();

        Task<ChatResponse> response = client.GetResponseAsync(Question, cancellationToken: cancel.Token);
        await client.Calls[0].Pending.Within();
        await cancel.CancelAsync();
        bool endedByToken = response.IsCompleted;
        client.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => response.Within());
        Assert.False(endedByToken);
        Assert.True(client.IsDisposed);
    }

    [Fact]
    public async Task Break_DisposesTheEnumeration()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Text("c"));

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Question, cancellationToken: Token))
        {
            if (update.Text == "b")
            {
                break;
            }
        }

        Assert.True(client.Calls[0] is { IsDisposed: true, IsCompleted: false, IsCancelled: false, UpdatesPulled: 2 });
    }

    [Fact]
    public async Task CancelledToken_BeforeTheCall_NothingIsPulled()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("a"));
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync(Question, cancellationToken: cancelled));

        Assert.True(client.Calls[0] is { IsCancelled: true, UpdatesPulled: 0 });
    }

    [Fact]
    public void GetService_MetadataSelfAndKeyed()
    {
        using var client = new ScriptedChatClient(StreamScript.New()) { ModelId = "m", ProviderName = "p" };

        var metadata = Assert.IsType<ChatClientMetadata>(client.GetService(typeof(ChatClientMetadata)));

        Assert.Equal(("p", "m"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(client, client.GetService(typeof(IChatClient)));
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
        Assert.Null(client.GetService(typeof(string)));
    }

    [Fact]
    public void GetStreamingResponse_NullMessages_ThrowsAtTheCall()
    {
        using var client = new ScriptedChatClient(StreamScript.New());

        Assert.Throws<ArgumentNullException>(() => { _ = client.GetStreamingResponseAsync(null!); });
        Assert.Throws<ArgumentNullException>(() => { _ = client.GetResponseAsync(null!); });
        Assert.Empty(client.Calls);
    }

    [Fact]
    public async Task Contents_OfARepeatedScript_AreNewInstances()
    {
        using var client = new ScriptedChatClient(StreamScript.New().Text("a"));

        ChatResponseUpdate first = (await client.GetStreamingResponseAsync(Question, cancellationToken: Token).ToListAsync(Token))[0];
        ((TextContent)first.Contents[0]).Text = "changed";
        ChatResponseUpdate second = (await client.GetStreamingResponseAsync(Question, cancellationToken: Token).ToListAsync(Token))[0];

        Assert.Equal("a", second.Text);
    }

    [Fact]
    public void Constructor_WithoutScript_Throws() => Assert.Throws<ArgumentException>(() => new ScriptedChatClient());
}
