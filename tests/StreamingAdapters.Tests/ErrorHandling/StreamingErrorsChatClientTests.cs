using System.Net.Sockets;
using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.ErrorHandling;

public sealed class StreamingErrorsChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TransportFailsBeforeContent_IsNetworkWithAnEmptyPartial(bool streaming)
    {
        var cause = new HttpRequestException(HttpRequestError.ConnectionError, "quote");

        ChatAdapterException failure = await FailureOfAsync<ChatStreamException>(StreamScript.New().Fault(cause), streaming);

        Assert.Equal((ChatErrorKind.Network, "", "scripted"), (failure.Kind, failure.Partial, failure.Provider));
        Assert.Same(cause, failure.InnerException);
        Assert.DoesNotContain("quote", failure.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Breaks => ["I/O", "socket", "HTTP body", "HTTP"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Stream_TransportBreaks_IsTruncatedAfterContentAndNetworkBefore(string name)
    {
        Exception cause = name switch
        {
            "I/O" => new IOException("x", new SocketException((int)SocketError.ConnectionReset)),
            "socket" => new SocketException((int)SocketError.ConnectionReset),
            "HTTP body" => new HttpIOException(HttpRequestError.ResponseEnded),
            _ => new HttpRequestException(HttpRequestError.ResponseEnded),
        };

        ChatAdapterException before = await FailureOfAsync<ChatStreamException>(StreamScript.New().Fault(cause));
        ChatAdapterException after = await FailureOfAsync<ChatStreamException>(StreamScript.New().Text("Hel").Text("").Reasoning("hm").Text("lo").Fault(cause));

        Assert.Equal((ChatErrorKind.Network, ""), (before.Kind, before.Partial));
        Assert.Equal((ChatErrorKind.Truncated, "Hello"), (after.Kind, after.Partial));
    }

    [Fact]
    public async Task Stream_NextRoundDoesNotConnect_IsNetworkWithTheWholePartial()
    {
        StreamScript firstRound = StreamScript.New().Text("Let me look.").ToolCall("c1", "f");
        var refused = new HttpRequestException(HttpRequestError.ConnectionError);
        var reset = new IOException("x");

        ChatAdapterException connects = await FailureOfAsync<ChatStreamException>(firstRound.Fault(refused));
        ChatAdapterException waits = await FailureOfAsync<ChatStreamException>(firstRound.Content(() => new FunctionResultContent("c1", "r")).Fault(reset));
        ChatAdapterException reads = await FailureOfAsync<ChatStreamException>(firstRound.Content(() => new FunctionResultContent("c1", "r")).Text("So").Fault(reset));

        Assert.Equal((ChatErrorKind.Network, "Let me look."), (connects.Kind, connects.Partial));
        Assert.Equal((ChatErrorKind.Network, "Let me look."), (waits.Kind, waits.Partial));
        Assert.Equal((ChatErrorKind.Truncated, "Let me look.So"), (reads.Kind, reads.Partial));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_FamilyMember_IsTheSameInstanceWithItsStackAndThePartialFilledIn(bool streaming)
    {
        var inner = new ThrowingChatClient("Hel", () => throw new ChatStreamException(ChatErrorKind.Truncated, "x"));
        using var client = new StreamingErrorsChatClient(inner);

        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => AskAsync(client, streaming));

        Assert.Equal(streaming ? "Hel" : "", failure.Partial);
        Assert.Same(inner.Thrown, failure);
        Assert.Contains(nameof(ThrowingChatClient), failure.StackTrace, StringComparison.Ordinal);
        Assert.Null(failure.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_FamilyMemberWithAPartial_KeepsIt(bool streaming)
    {
        var own = new ChatTimeoutException(ChatTimeoutPhase.Idle, null, "x") { Partial = "mine" };

        ChatAdapterException failure = await FailureOfAsync<ChatTimeoutException>(StreamScript.New().Text("Hel").Fault(own), streaming);

        Assert.Same(own, failure);
        Assert.Equal("mine", failure.Partial);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TimeoutOfHttpClient_IsATimeoutAndNoCancellation(bool streaming)
    {
        var cause = new TaskCanceledException("x", new TimeoutException());

        ChatTimeoutException failure = await FailureOfAsync<ChatTimeoutException>(StreamScript.New().Text("Hel").Fault(cause), streaming);

        Assert.Equal(streaming ? ChatTimeoutPhase.Total : ChatTimeoutPhase.Headers, failure.Phase);
        Assert.Equal(streaming ? "Hel" : "", failure.Partial);
    }

    [Fact]
    public async Task Stream_ClientThrowsAtTheCall_IsMappedWhenEnumerated()
    {
        using var client = new StreamingErrorsChatClient(new ThrowingChatClient(null, () => throw new SocketException((int)SocketError.HostUnreachable)));

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync("hi", cancellationToken: Token);

        Assert.Equal(ChatErrorKind.Network, (await Assert.ThrowsAsync<ChatStreamException>(() => stream.ToChatResponseAsync(Token))).Kind);
    }

    [Fact]
    public async Task Stream_UpdatesChangedByTheConsumer_LeaveThePartialAsItWasSeen()
    {
        using var client = Over(StreamScript.New().Text("a").Text("b").Fault(new IOException("x")));

        var failure = await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
            {
                update.Contents.Clear();
            }
        });

        Assert.Equal("ab", failure.Partial);
    }

    [Fact]
    public async Task Stream_TwoAtOnce_HavePartialsOfTheirOwn()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Fault(new IOException("x")), StreamScript.New().Text("c").Text("d").Fault(new IOException("x")));
        using var client = new StreamingErrorsChatClient(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> first = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await using IAsyncEnumerator<ChatResponseUpdate> second = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        for (int index = 0; index < 2; index++)
        {
            Assert.True(await first.MoveNextAsync() && await second.MoveNextAsync());
        }

        Assert.Equal("ab", (await Assert.ThrowsAsync<ChatStreamException>(async () => await first.MoveNextAsync())).Partial);
        Assert.Equal("cd", (await Assert.ThrowsAsync<ChatStreamException>(async () => await second.MoveNextAsync())).Partial);
    }

    [Fact]
    public async Task Stream_HugePartial_IsWholeAndInNoLog()
    {
        string part = string.Concat(Enumerable.Repeat("0123456789abcdef", 64));
        StreamScript script = Enumerable.Range(0, 1024).Aggregate(StreamScript.New(), (longer, _) => longer.Text(part)).Fault(new IOException("x"));

        ChatAdapterException failure = await FailureOfAsync<ChatStreamException>(script);

        Assert.Equal(1024 * 1024, failure.Partial!.Length);
        Assert.Equal(part, failure.Partial[^1024..]);
        Assert.DoesNotContain("0123456789abcdef", failure.ToString() + failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeepPartial_Off_FillsNothingIn(bool streaming)
    {
        var options = new StreamingErrorsOptions { KeepPartial = false };

        ChatAdapterException mapped = await FailureOfAsync<ChatStreamException>(StreamScript.New().Text("Hel").Fault(new IOException("x")), streaming, options);
        ChatAdapterException own = await FailureOfAsync<ChatStreamException>(StreamScript.New().Text("Hel").Fault(new ChatStreamException(ChatErrorKind.Truncated, "x")), streaming, options);

        Assert.Equal((null, null), (mapped.Partial, own.Partial));
        Assert.Equal(streaming ? ChatErrorKind.Truncated : ChatErrorKind.Network, mapped.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Map_OfTheApplication_ComesFirst(bool streaming)
    {
        var passes = new IOException("of a tool");
        var options = new StreamingErrorsOptions
        {
            Map = exception => exception switch
            {
                IOException => exception,
                NotSupportedException => new ChatProviderException(ChatErrorKind.UnsupportedFeature, "x", exception),
                _ => null,
            },
        };

        ChatAdapterException own = await FailureOfAsync<ChatProviderException>(StreamScript.New().Text("Hel").Fault(new NotSupportedException()), streaming, options);
        ChatAdapterException left = await FailureOfAsync<ChatStreamException>(StreamScript.New().Text("Hel").Fault(new SocketException()), streaming, options);

        Assert.Equal((ChatErrorKind.UnsupportedFeature, streaming ? "Hel" : ""), (own.Kind, own.Partial));
        Assert.IsType<SocketException>(left.InnerException);
        Assert.Same(passes, await Assert.ThrowsAsync<IOException>(() => AskAsync(Over(StreamScript.New().Text("Hel").Fault(passes), options), streaming)));
    }

    [Fact]
    public async Task Data_OfStagesInside_IsReadFromTheMappedException()
    {
        var cause = new HttpRequestException(HttpRequestError.ConnectionError, "x");
        ExceptionData.Set(cause, StreamingKeys.Attempts, AttemptRecord.Write([new AttemptRecord { Route = "first", Kind = ChatErrorKind.Network }]));

        ChatAdapterException failure = await FailureOfAsync<ChatStreamException>(StreamScript.New().Fault(cause));

        Assert.Equal(("first", ChatErrorKind.Network), (Assert.Single(AttemptRecord.ReadFrom(failure)).Route, AttemptRecord.ReadFrom(failure)[0].Kind));
    }

    private static StreamingErrorsChatClient Over(StreamScript script, StreamingErrorsOptions? options = null) => new(new ScriptedChatClient(script), options);

    private static Task<T> FailureOfAsync<T>(StreamScript script, bool streaming = true, StreamingErrorsOptions? options = null)
        where T : Exception => Assert.ThrowsAsync<T>(() => AskAsync(Over(script, options), streaming));

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken = default) => streaming
        ? client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken).ToChatResponseAsync(CancellationToken.None)
        : client.GetResponseAsync("hi", cancellationToken: cancellationToken);
}
