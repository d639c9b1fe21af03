using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Errors;
using StreamingAdapters.Integrity;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Integrity;

public sealed class StreamingIntegrityChatClientTests
{
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "secret prompt")];

    private static readonly ResponseContinuationToken Token = ResponseContinuationToken.FromBytes(new byte[] { 1 });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WholeAnswer_Passes(bool streaming) =>
        Assert.Equal("Hello", await AnswerAsync(StreamScript.New().Text("Hel").Text("lo").Finish(), streaming));

    [Fact]
    public async Task GetStreamingResponseAsync_WholeAnswer_PassesAsTheSameInstances()
    {
        ChatResponseUpdate[] updates =
        [
            new() { ResponseId = "r", MessageId = "m", Role = ChatRole.Assistant },
            new() { Contents = [new TextContent("Hello")] },
            new() { ResponseId = "r", MessageId = "m", ConversationId = "c", FinishReason = ChatFinishReason.Stop },
            new() { Contents = [new UsageContent(new UsageDetails())] },
        ];
        StreamScript script = updates.Aggregate(StreamScript.New(), (steps, update) => steps.Update(update));
        using var inner = new ScriptedChatClient(script);
        using var client = new StreamingIntegrityChatClient(inner);

        List<ChatResponseUpdate> received = await client.GetStreamingResponseAsync(Messages).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(updates.Length, received.Count);
        Assert.All(updates, (update, index) => Assert.Same(update, received[index]));
    }

    [Theory]
    [InlineData(true, "'scripted' ended an answer without a finish reason, so it may be cut; what was received was delivered. Send the request again, or set RequireFinishReason to false if this client never gives one.")]
    [InlineData(false, "'scripted' ended an answer without a finish reason, so it may be cut; its text is in Partial. Send the request again, or set RequireFinishReason to false if this client never gives one.")]
    public async Task Call_NoFinishReason_IsTruncated(bool streaming, string message)
    {
        ChatStreamException e = await FailAsync(StreamScript.New().Text("Hello"), streaming);

        Assert.Equal(ChatErrorKind.Truncated, e.Kind);
        Assert.True(e.IsTransient);
        Assert.Equal(message, e.Message);
        Assert.Equal("scripted", e.Provider);
        Assert.Equal(streaming ? null : "Hello", e.Partial);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_NoFinishReason_DeliversWhatCame()
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Text("lo"));
        using var client = new StreamingIntegrityChatClient(inner);
        string text = "";

        await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages))
            {
                text += update.Text;
            }
        });

        Assert.Equal("Hello", text);
        Assert.True(inner.Calls[0].IsDisposed);
    }

    [Theory]
    [InlineData(true, "stop")]
    [InlineData(false, "stop")]
    [InlineData(true, "tool_calls")]
    [InlineData(false, "tool_calls")]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public async Task Call_NoContent_IsEmpty(bool streaming, string? reason)
    {
        StreamScript script = StreamScript.New().Text("").Reasoning("").Usage(10, 0);

        ChatStreamException e = await FailAsync(reason is null ? script : script.Finish(new ChatFinishReason(reason)), streaming);

        Assert.Equal(ChatErrorKind.EmptyResponse, e.Kind);
        Assert.True(e.IsTransient);
        Assert.Equal(
            "'scripted' ended an answer without any content; the prompt may be longer than the context that the model was loaded with. Shorten it or send the request again, or set RequireContent to false if empty answers are meant.",
            e.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NoUpdates_IsEmpty(bool streaming) => Assert.Equal(ChatErrorKind.EmptyResponse, (await FailAsync(StreamScript.New(), streaming)).Kind);

    [Theory]
    [InlineData(true, "length")]
    [InlineData(false, "length")]
    [InlineData(true, "content_filter")]
    [InlineData(false, "content_filter")]
    [InlineData(true, "refusal")]
    [InlineData(false, "refusal")]
    public async Task Call_NoContentAndAReasonForIt_Passes(bool streaming, string reason) =>
        Assert.Equal("", await AnswerAsync(StreamScript.New().Finish(new ChatFinishReason(reason)), streaming));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ContentOtherThanText_IsContent(bool streaming)
    {
        Assert.Equal("", await AnswerAsync(StreamScript.New().ToolCall("a", "weather").Finish(ChatFinishReason.ToolCalls), streaming));
        Assert.Equal("", await AnswerAsync(StreamScript.New().Reasoning("Hm").Finish(), streaming));
        Assert.Equal("", await AnswerAsync(StreamScript.New().Content(() => new ErrorContent("Refused")).Finish(), streaming));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_EndsWithContinuationToken_GoesOnInTheBackground() =>
        Assert.Equal("", await AnswerAsync(StreamScript.New().Update(new ChatResponseUpdate { ContinuationToken = Token }), streaming: true));

    [Fact]
    public async Task GetStreamingResponseAsync_ContinuationTokenBeforeTheEnd_SaysNothingOfTheEnd()
    {
        StreamScript script = StreamScript.New().Update(new ChatResponseUpdate(ChatRole.Assistant, "Hel") { ContinuationToken = Token }).Text("lo");

        Assert.Equal(ChatErrorKind.Truncated, (await FailAsync(script, streaming: true)).Kind);
    }

    [Fact]
    public async Task GetResponseAsync_ContinuationToken_GoesOnInTheBackground()
    {
        var response = new ChatResponse { ContinuationToken = Token };
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetResponseAsync(Arg.Any<IEnumerable<ChatMessage>>(), Arg.Any<ChatOptions?>(), Arg.Any<CancellationToken>()).Returns(Task.FromResult(response));
        using var client = new StreamingIntegrityChatClient(inner);

        Assert.Same(response, await client.GetResponseAsync(Messages, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GetResponseAsync_BodyParsedByItsClient_NeedsNoFinishReasonButContent()
    {
        ChatResponse whole = new(new ChatMessage(ChatRole.Assistant, "Hello")) { RawRepresentation = new object() };
        ChatResponse empty = new() { RawRepresentation = new object() };
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetResponseAsync(Arg.Any<IEnumerable<ChatMessage>>(), Arg.Any<ChatOptions?>(), Arg.Any<CancellationToken>()).Returns(Task.FromResult(whole), Task.FromResult(empty));
        using var client = new StreamingIntegrityChatClient(inner);

        Assert.Same(whole, await client.GetResponseAsync(Messages, cancellationToken: TestContext.Current.CancellationToken));
        var e = await Assert.ThrowsAsync<ChatStreamException>(() => client.GetResponseAsync(Messages, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(ChatErrorKind.EmptyResponse, e.Kind);
    }

    [Fact]
    public async Task GetResponseAsync_NamelessClient_IsTheInnerClient()
    {
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetResponseAsync(Arg.Any<IEnumerable<ChatMessage>>(), Arg.Any<ChatOptions?>(), Arg.Any<CancellationToken>()).Returns(Task.FromResult(new ChatResponse()));
        using var client = new StreamingIntegrityChatClient(inner);

        var e = await Assert.ThrowsAsync<ChatStreamException>(() => client.GetResponseAsync(Messages, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Null(e.Provider);
        Assert.StartsWith("The inner client ended an answer without any content;", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NothingRequired_Passes(bool streaming)
    {
        var options = new StreamingIntegrityOptions { RequireContent = false, RequireFinishReason = false };

        Assert.Equal("Hel", await AnswerAsync(StreamScript.New().Text("Hel"), streaming, options));
        Assert.Equal("", await AnswerAsync(StreamScript.New(), streaming, options));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ContentNotRequired_StillNeedsAFinishReason(bool streaming) =>
        Assert.Equal(ChatErrorKind.Truncated, (await FailAsync(StreamScript.New(), streaming, new StreamingIntegrityOptions { RequireContent = false })).Kind);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OptionsChangedAfterwards_ChangesNothing(bool streaming)
    {
        var options = new StreamingIntegrityOptions();
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hello"));
        using var client = new StreamingIntegrityChatClient(inner, options);
        options.RequireFinishReason = false;

        await Assert.ThrowsAsync<ChatStreamException>(() => TextAsync(client, streaming));
    }

    private static async Task<string> AnswerAsync(StreamScript script, bool streaming, StreamingIntegrityOptions? options = null)
    {
        using var inner = new ScriptedChatClient(script);
        using var client = new StreamingIntegrityChatClient(inner, options);
        return await TextAsync(client, streaming);
    }

    private static Task<ChatStreamException> FailAsync(StreamScript script, bool streaming, StreamingIntegrityOptions? options = null) =>
        Assert.ThrowsAsync<ChatStreamException>(() => AnswerAsync(script, streaming, options));

    private static async Task<string> TextAsync(StreamingIntegrityChatClient client, bool streaming) =>
        streaming ? (await client.GetStreamingResponseAsync(Messages).ToChatResponseAsync()).Text : (await client.GetResponseAsync(Messages)).Text;
}
