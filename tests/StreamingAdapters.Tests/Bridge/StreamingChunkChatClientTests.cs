using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Bridge;

public sealed class StreamingChunkChatClientTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Chunks_GivesTheAnswer(bool streaming)
    {
        using IChatClient client = Over(
            Chunks.Text("Hel"),
            Chunks.Text("lo"),
            new StreamingChunk { ToolCalls = [Chunks.Call("c1", "f", "{}")] },
            Chunks.Final("tool_calls") with { Usage = new ChunkUsage { PromptTokens = 3, CompletionTokens = 2, TotalTokens = 5 } });

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal(("Hello", "default", ChatFinishReason.ToolCalls, 5L), (response.Text, response.ModelId, response.FinishReason, response.Usage?.TotalTokenCount));
        ChatMessage message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.Equal("c1", Assert.Single(message.Contents.OfType<FunctionCallContent>()).CallId);
        Assert.NotEmpty(response.ResponseId!);
        Assert.NotEmpty(message.MessageId!);
    }

    [Fact]
    public async Task Updates_OfOneCall_ShareIds_AndTheFirstHasRoleAndModel()
    {
        using IChatClient client = Over(Chunks.Text("a"), Chunks.Text("b") with { Model = "other" }, Chunks.Final());
        var options = new ChatOptions { ModelId = "asked" };

        List<ChatResponseUpdate> first = await ReadAsync(client, options);
        List<ChatResponseUpdate> second = await ReadAsync(client, options);

        Assert.Single(first.Select(update => (update.ResponseId, update.MessageId)).Distinct());
        Assert.NotEqual(first[0].ResponseId, second[0].ResponseId);
        Assert.Equal([ChatRole.Assistant, null, null], first.Select(update => update.Role));
        Assert.Equal(["asked", "other", null], first.Select(update => update.ModelId));
    }

    [Theory]
    [InlineData(null, false, "stop")]
    [InlineData(null, true, "tool_calls")]
    [InlineData("length", true, "length")]
    public async Task FinalChunk_WithoutReason_GetsTheUsualOne(string? reason, bool calls, string expected)
    {
        using IChatClient client = Over(new StreamingChunk { ToolCalls = calls ? [Chunks.Call("c", "f", "")] : null }, Chunks.Final(reason));

        Assert.Equal(expected, (await AskAsync(client, streaming: true)).FinishReason?.Value);
    }

    [Fact]
    public async Task FinishReason_BeforeTheFinalChunk_Stands()
    {
        using IChatClient client = Over(new StreamingChunk { Content = "a", FinishReason = "length" }, Chunks.Final(reason: null));

        Assert.Equal(ChatFinishReason.Length, (await AskAsync(client, streaming: true)).FinishReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chunks_WithoutAFinalOne_AreTruncated(bool streaming)
    {
        using IChatClient client = Over(Chunks.Text("Hel"));

        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming));

        Assert.Equal((ChatErrorKind.Truncated, "legacy"), (failure.Kind, failure.Provider));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExceptionOfTheFunction_PassesAsItIs(bool streaming)
    {
        var failure = new InvalidOperationException("own");
        using var failing = new StreamingChunkChatClient((_, _, token) => FailAsync(failure, token));
        using var refusing = new StreamingChunkChatClient((_, _, _) => throw failure);
        using var empty = new StreamingChunkChatClient((_, _, _) => null!);

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(failing, streaming)));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(refusing, streaming)));
        Assert.Contains("returned null", (await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(empty, streaming))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_Function_IsWholeWhereItEnds(bool streaming)
    {
        using IChatClient client = StreamingChunkChatClient.FromText((_, _, _) => Chunks.Stream("Hel", "lo"), new ChatClientMetadata("legacy"));

        ChatResponse response = await AskAsync(client, streaming);

        Assert.Equal(("Hello", ChatFinishReason.Stop), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_MessagesChangeAfterwards_FunctionSeesThemAsTheyWere(bool streaming)
    {
        List<string> seen = [];
        ChatOptions? given = null;
        var go = new TaskCompletionSource();
        using var client = StreamingChunkChatClient.FromText((messages, options, token) => LaterAsync(() => (seen, given) = ([.. messages.Select(message => message.Text)], options), go.Task, token));
        List<ChatMessage> messages = [new(ChatRole.User, "one")];
        var options = new ChatOptions();

        Task<ChatResponse> answer = streaming
            ? client.GetStreamingResponseAsync(messages, options, Test).ToChatResponseAsync(Test)
            : client.GetResponseAsync(messages, options, Test);
        messages.Add(new ChatMessage(ChatRole.User, "two"));
        go.SetResult();
        await answer.WaitAsync(Safety, Test);

        Assert.Equal(["one"], seen);
        Assert.Same(options, given);
    }

    [Fact]
    public async Task TwoCalls_AtOnce_AreTwoAnswers()
    {
        using IChatClient client = StreamingChunkChatClient.FromText((messages, _, _) => Chunks.Stream(messages.Select(message => message.Text)));
        await using IAsyncEnumerator<ChatResponseUpdate> first = client.GetStreamingResponseAsync("first", cancellationToken: Test).GetAsyncEnumerator(Test);
        await using IAsyncEnumerator<ChatResponseUpdate> second = client.GetStreamingResponseAsync("second", cancellationToken: Test).GetAsyncEnumerator(Test);

        Assert.True(await first.MoveNextAsync() && await second.MoveNextAsync());

        Assert.Equal(("first", "second"), (first.Current.Text, second.Current.Text));
        Assert.NotEqual(first.Current.ResponseId, second.Current.ResponseId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_ReachesTheFunction_AndKeepsTheCallersToken(bool streaming)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var source = new Chunks.WatchedStream<StreamingChunk>([Chunks.Text("a")], isSilentAtEnd: true);
        using var client = new StreamingChunkChatClient((_, _, _) => source);
        Task<ChatResponse> answer = AskAsync(client, streaming, cancellation.Token);
        await source.Silent.WaitAsync(Safety, Test);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(Safety, Test));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Cancellation_FunctionIgnoresItsToken_IsNotWaitedFor()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Test);
        using var hanging = new ScriptedChatClient(_time, StreamScript.New().Text("a").Hang());
        using var client = new StreamingChunkChatClient((_, _, token) => hanging.GetStreamingResponseAsync([], null, token).ToStreamingChunks(), timeProvider: _time);
        Task<(List<ChatResponseUpdate> Values, Exception? Error)> drain = Chunks.DrainAsync(client.GetStreamingResponseAsync("x", cancellationToken: cancellation.Token), default);
        ScriptedChatCall call = await hanging.WaitForCallAsync(0, Test);
        await call.Pending.WaitAsync(Safety, Test);

        await cancellation.CancelAsync();
        await _time.WaitForTimersAsync(1, Test);
        _time.Advance(UpdateReader.Grace);

        (List<ChatResponseUpdate> updates, Exception? error) = await drain.WaitAsync(Safety, Test);
        Assert.Equal("a", Assert.Single(updates).Text);
        Assert.Equal(cancellation.Token, Assert.IsAssignableFrom<OperationCanceledException>(error).CancellationToken);
        Assert.False(call.IsDisposed);
    }

    [Fact]
    public async Task Break_DisposesTheFunctionsStream()
    {
        var source = new Chunks.WatchedStream<StreamingChunk>([Chunks.Text("a"), Chunks.Text("b"), Chunks.Final()]);
        using var client = new StreamingChunkChatClient((_, _, _) => source);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("x", cancellationToken: Test))
        {
            Assert.Equal("a", update.Text);
            break;
        }

        Assert.Equal((1, true), (source.Read, source.IsDisposed));
    }

    [Fact]
    public async Task Stage_OverTheClient_TimesTheFunctionOut()
    {
        var source = new Chunks.WatchedStream<StreamingChunk>([], isSilentAtEnd: true);
        using IChatClient client = new StreamingTimeoutChatClient(new StreamingChunkChatClient((_, _, _) => source), timeProvider: _time);
        Task<ChatResponse> answer = client.GetStreamingResponseAsync("x", cancellationToken: Test).ToChatResponseAsync(Test);
        await _time.WaitForTimersAsync(1, Test);

        _time.Advance(TimeSpan.FromMinutes(6));

        Exception exception = await Assert.ThrowsAsync<ChatTimeoutException>(() => answer.WaitAsync(Safety, Test));
        Assert.Equal("streaming_timeout", StreamingChunkError.NameOf(exception));
    }

    [Fact]
    public void GetService_KnowsItsOwn()
    {
        var metadata = new ChatClientMetadata("legacy");
        using var client = new StreamingChunkChatClient((_, _, _) => Chunks.Stream<StreamingChunk>(), metadata);
        using var bare = new StreamingChunkChatClient((_, _, _) => Chunks.Stream<StreamingChunk>());

        Assert.Same(metadata, client.GetService<ChatClientMetadata>());
        Assert.Same(client, client.GetService<StreamingChunkChatClient>());
        Assert.NotNull(client.GetService<KnowsEndOfStream>());
        Assert.Null(client.GetService<string>());
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
        Assert.Null(bare.GetService<ChatClientMetadata>());
        Assert.Throws<ArgumentNullException>(() => client.GetService(null!));
    }

    [Fact]
    public async Task Call_WrongArguments_ThrowsAtTheCall()
    {
        var client = new StreamingChunkChatClient((_, _, _) => Chunks.Stream<StreamingChunk>());

        Assert.Throws<ArgumentNullException>(() => client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>(() => new StreamingChunkChatClient(null!));
        Assert.Throws<ArgumentNullException>(() => StreamingChunkChatClient.FromText(null!));
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.GetStreamingResponseAsync([]));
    }

    private static StreamingChunkChatClient Over(params StreamingChunk[] chunks) =>
        new((_, _, _) => Chunks.Stream(chunks), new ChatClientMetadata("legacy", defaultModelId: "default"));

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, CancellationToken? token = null) => streaming
        ? client.GetStreamingResponseAsync("hi", cancellationToken: token ?? Test).ToChatResponseAsync(token ?? Test)
        : client.GetResponseAsync("hi", cancellationToken: token ?? Test);

    private static async Task<List<ChatResponseUpdate>> ReadAsync(IChatClient client, ChatOptions options)
    {
        (List<ChatResponseUpdate> updates, Exception? error) = await Chunks.DrainAsync(client.GetStreamingResponseAsync("hi", options), Test);
        Assert.Null(error);
        return updates;
    }

    private static async IAsyncEnumerable<StreamingChunk> FailAsync(Exception exception, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        yield return Chunks.Text("a");
        throw exception;
    }

    private static async IAsyncEnumerable<string> LaterAsync(Action look, Task go, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await go.WaitAsync(cancellationToken);
        look();
        yield return "a";
    }
}
