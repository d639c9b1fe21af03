using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Providers.OpenAI;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Recovery;

public sealed class ContinuationTests
{
    private const string Text = "It was said that the quick brown fox jumps over the ";

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Stream_ByDefault_FailsWithThePartial()
    {
        ScriptedChatClient inner = BreaksAfter(Text, "lazy dog");
        using IChatClient client = inner.AsBuilder().UseStreamingErrors().UseStreamingRecovery().Build();

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Equal((ChatErrorKind.Network, Text, 1), (exception.Kind, exception.Partial, inner.Calls.Count));
    }

    [Fact]
    public async Task Stream_ByInstruction_AsksForTheAnchorBack()
    {
        ScriptedChatClient inner = BreaksAfter(Text, "brown fox jumps over the lazy dog");
        using StreamingRecoveryChatClient client = Over(inner, options => options.Continuation.Instruction = "Go on from <{anchor}>");

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        IReadOnlyList<ChatMessage> sent = inner.Calls[1].Messages;
        Assert.Equal(Text + "lazy dog", Recovering.TextOf(updates));
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.User], sent.Select(message => message.Role));
        Assert.Equal(["hi", Text, "Go on from <that the quick brown fox jumps over the >"], sent.Select(message => message.Text));
        Assert.Single(inner.Calls[0].Messages);
    }

    [Fact]
    public async Task Stream_Continued_IsDisclosedOnTheFirstUpdateBehindTheBreak()
    {
        using StreamingRecoveryChatClient client = Over(BreaksAfter(Text, "quick brown fox jumps over the lazy dog"), options => options.Primary.Name = "only");

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        StreamContinuation continuation = Assert.Single(updates.Select(update => StreamContinuation.ReadFrom(update.AdditionalProperties)).OfType<StreamContinuation>());
        Assert.Equal(("only", "only", ChatErrorKind.Network, false), (continuation.From, continuation.To, continuation.Kind!.Value, continuation.IsPrefill));
        Assert.Equal((Text.Length, "quick brown fox jumps over the ".Length, 0), (continuation.Position, continuation.Overlap, continuation.Uncertain));
        Assert.InRange(continuation.Confidence, 0.5, 1);
        Assert.All(updates, update => Assert.Equal("message-1", update.MessageId));
        Assert.Equal(["response-1", "response-2"], updates.Select(update => update.ResponseId).Distinct());
    }

    [Theory]
    [InlineData(PrefillStyle.LastMessage)]
    [InlineData(PrefillStyle.ContinueFinalMessage)]
    [InlineData(PrefillStyle.Prefix)]
    public async Task Stream_ByPrefill_EndsWithTheAssistant(PrefillStyle style)
    {
        ScriptedChatClient inner = BreaksAfter(Text, "lazy dog");
        using StreamingRecoveryChatClient client = Over(inner, options => options.Primary.Prefill = style);
        var asked = new ChatOptions { AdditionalProperties = new() { ["own"] = 1 } };

        List<ChatResponseUpdate> updates = await client.ReadAsync(options: asked);

        ScriptedChatCall call = inner.Calls[1];
        ChatMessage last = call.Messages[^1];
        AdditionalPropertiesDictionary sent = call.Options!.AdditionalProperties!;
        Assert.Equal(Text + "lazy dog", Recovering.TextOf(updates));
        Assert.Equal((2, ChatRole.Assistant, Text), (call.Messages.Count, last.Role, last.Text));
        Assert.Equal(style is PrefillStyle.Prefix, last.AdditionalProperties?.GetValueOrDefault("prefix") is true);
        Assert.Equal(style is PrefillStyle.ContinueFinalMessage, sent.GetValueOrDefault("continue_final_message") is true && sent.GetValueOrDefault("add_generation_prompt") is false);
        Assert.Equal((1, 1), (asked.AdditionalProperties.Count, sent["own"]));
        StreamContinuation continuation = updates.Select(update => StreamContinuation.ReadFrom(update.AdditionalProperties)).OfType<StreamContinuation>().Single();
        Assert.Equal((true, 1.0, 0), (continuation.IsPrefill, continuation.Confidence, continuation.Overlap));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stream_BreaksAgainAndAgain_IsContinuedUpToTheLimit(int limit)
    {
        StreamScript[] scripts = [Breaking("One two three "), Breaking("two three four five "), Breaking("four five six seven "), Breaking("six seven eight ")];
        var inner = new ScriptedChatClient(_time, scripts);
        using StreamingRecoveryChatClient client = Over(inner, options => options.Continuation.MaxContinuations = limit);
        List<ChatResponseUpdate> received = [];

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(received));

        Assert.Equal(1 + limit, inner.Calls.Count);
        Assert.Equal(limit == 1 ? "One two three four five " : "One two three four five six seven ", Recovering.TextOf(received));
        Assert.Equal(AttemptDecisions.Fail, AttemptRecord.ReadFrom(exception)[^1].Decision);
    }

    [Fact]
    public async Task Stream_ContinuedTwice_GoesOnFromAllThatWasHandedOut()
    {
        var inner = new ScriptedChatClient(_time, Breaking("One two three "), Breaking("two three four five "), StreamScript.New().Text("four five six.").Finish());
        using StreamingRecoveryChatClient client = Over(inner);

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal("One two three four five six.", Recovering.TextOf(updates));
        Assert.Equal("One two three four five ", inner.Calls[2].Messages[1].Text);
        Assert.Equal(2, updates.Count(update => update.AdditionalProperties?.ContainsKey(StreamingKeys.Continued) is true));
    }

    [Theory]
    [InlineData("tool call")]
    [InlineData("begun tool call")]
    [InlineData("data")]
    [InlineData("error")]
    [InlineData("finish reason")]
    [InlineData("nothing but reasoning")]
    public async Task Stream_NotWithinPlainText_IsNotContinued(string what)
    {
        StreamScript begun = what switch
        {
            "tool call" => StreamScript.New().Text(Text).ToolCall("c1", "f"),
            "begun tool call" => StreamScript.New().Text(Text).Update(new ChatResponseUpdate { AdditionalProperties = new() { [StreamingKeys.ToolCallBegun] = "f" } }),
            "data" => StreamScript.New().Text(Text).Content(() => new DataContent(new byte[] { 1 }, "image/png")),
            "error" => StreamScript.New().Text(Text).Content(() => new ErrorContent("refused")),
            "finish reason" => StreamScript.New().Text(Text).Finish(),
            _ => StreamScript.New().Reasoning("hm"),
        };
        var inner = new ScriptedChatClient(_time, begun.Fault(Recovering.Failure(ChatErrorKind.Network)));
        using StreamingRecoveryChatClient client = Over(inner);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_CutWithinACallThatComesInPieces_IsNotContinued()
    {
        int requests = 0;
        string cut = ChatWire.Hi + ChatWire.Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x"}}""");
        using IChatClient inner = DecodedAnswer.ClientOf("openai-chat", () =>
        {
            requests++;
            return new HttpResponseMessage { Content = new StringContent(cut, Encoding.UTF8, "text/event-stream") };
        });
        using StreamingRecoveryChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => client.ReadAsync());

        Assert.Equal((ChatErrorKind.Truncated, 1), (exception.Kind, requests));
    }

    [Fact]
    public async Task Stream_StructuredOutputOrRequiredTool_IsNotContinued()
    {
        ChatOptions[] wholes = [new() { ResponseFormat = ChatResponseFormat.Json }, new() { ToolMode = ChatToolMode.RequireAny }];
        foreach (ChatOptions options in wholes)
        {
            ScriptedChatClient inner = BreaksAfter(Text, "more");
            using StreamingRecoveryChatClient client = Over(inner);

            await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync(options: options));

            Assert.Single(inner.Calls);
        }
    }

    [Fact]
    public async Task Stream_StructuredOutputOfTheRouteAlone_IsNotContinued()
    {
        ScriptedChatClient inner = BreaksAfter(Text, "more");
        using StreamingRecoveryChatClient client = Over(inner, options => options.Primary.Configure = asked => asked.ResponseFormat = ChatResponseFormat.Json);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_SecondRouteBreaksOff_GoesOnThere()
    {
        var first = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.UnsupportedFeature), Recovering.Answering("first"));
        ScriptedChatClient second = BreaksAfter(Text, "jumps over the lazy dog");
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal(Text + "lazy dog", Recovering.TextOf(updates));
        Assert.Equal((1, 2), (first.Calls.Count, second.Calls.Count));
    }

    [Theory]
    [InlineData(ChatErrorKind.InvalidRequest)]
    [InlineData(ChatErrorKind.TotalTimeout)]
    [InlineData(ChatErrorKind.BufferLimitExceeded)]
    [InlineData(ChatErrorKind.Unknown)]
    public async Task Stream_KindThatIsNotContinued_Fails(ChatErrorKind kind)
    {
        var inner = new ScriptedChatClient(_time, Breaking(Text, kind));
        using StreamingRecoveryChatClient client = Over(inner);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Single(inner.Calls);
    }

    [Fact]
    public async Task Stream_RouteLeftAloneByThen_GoesOnElsewhere()
    {
        var first = new ScriptedChatClient(_time, Breaking(Text, ChatErrorKind.QuotaExhausted));
        var second = new ScriptedChatClient(_time, StreamScript.New().Text("").Text("jumps over the lazy dog").Finish()) { ProviderName = "other" };
        using StreamingRecoveryChatClient client = Over(first, options => options.Routes.Add(Recovering.RouteTo(second, "second")));

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        StreamContinuation continuation = updates.Select(update => StreamContinuation.ReadFrom(update.AdditionalProperties)).OfType<StreamContinuation>().Single();
        Assert.Equal(Text + "lazy dog", Recovering.TextOf(updates));
        Assert.Equal(("scripted", "second"), (continuation.From, continuation.To));
        Assert.Single(first.Calls);
    }

    [Fact]
    public async Task Stream_ContinuationFailsToo_ThrowsTheFirstFailureWithAllAttempts()
    {
        var inner = new ScriptedChatClient(_time, Breaking(Text), Recovering.Failing(ChatErrorKind.InvalidRequest));
        using StreamingRecoveryChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Equal(ChatErrorKind.Network, exception.Kind);
        Assert.Equal(
            [(ChatErrorKind.InvalidRequest, false), (ChatErrorKind.Network, true)], AttemptRecord.ReadFrom(exception).Select(attempt => (attempt.Kind!.Value, attempt.IsDelivered)));
    }

    [Fact]
    public async Task Stream_ContinuationBreaks_ItsUsageIsInTheLogOnce()
    {
        StreamScript broken = StreamScript.New().Usage(30, 1).Text("jumps over the lazy ").Fault(Recovering.Failure(ChatErrorKind.Network));
        var inner = new ScriptedChatClient(_time, Breaking(Text), broken);
        using StreamingRecoveryChatClient client = Over(inner, options => options.Continuation.MaxContinuations = 1);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.ReadAsync());

        Assert.Equal(30, AttemptRecord.ReadFrom(exception)[^1].Usage?.InputTokenCount);
    }

    [Fact]
    public async Task Stream_ContinuationWithHedging_TheWinnersTextGoesOn()
    {
        var inner = new ScriptedChatClient(_time, Breaking(Text), StreamScript.New().Text("").Silence(), StreamScript.New().Text("jumps over the lazy dog").Finish());
        using StreamingRecoveryChatClient client = Over(inner, options => (options.Hedging.Enabled, options.Hedging.Delay, options.Hedging.Budget) = (true, Recovering.Second, 1));
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        _time.Advance(Recovering.Second);
        await reading;

        Assert.Equal(Text + "lazy dog", Recovering.TextOf(await reading));
        Assert.Equal(0, _time.ActiveTimers);
        Assert.All(inner.Calls, call => Assert.True(call.IsDisposed));
    }

    private static StreamScript Breaking(string text, ChatErrorKind kind = ChatErrorKind.Network) => StreamScript.New().Text(text).Fault(Recovering.Failure(kind));

    private ScriptedChatClient BreaksAfter(string text, string continuation) => new(_time, Breaking(text), StreamScript.New().Text("").Text(continuation).Finish());

    private StreamingRecoveryChatClient Over(IChatClient inner, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Continuation = { Enabled = true } };
        configure?.Invoke(options);
        return new StreamingRecoveryChatClient(inner, options, _time);
    }
}
