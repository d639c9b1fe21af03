using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class AttemptLogTests
{
    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Stream_ThreeAttempts_AreOnTheFirstUpdateAlone()
    {
        using StreamingRecoveryChatClient client = Over(ThreeAttempts());

        List<ChatResponseUpdate> updates = await ReadAsync(client);

        AttemptRecord[] expected =
        [
            new() { Provider = "scripted", Model = "scripted", Kind = ChatErrorKind.RateLimited, Duration = 2 * Second, RetryAfter = Second, Decision = AttemptDecisions.Retry },
            new() { Provider = "scripted", Model = "scripted", Kind = ChatErrorKind.Network, Decision = AttemptDecisions.Retry },
            new() { Provider = "scripted", Model = "scripted", Duration = 3 * Second, IsDelivered = true },
        ];
        Assert.Equal(expected, AttemptRecord.ReadFrom(updates[0].AdditionalProperties));
        Assert.All(updates.Skip(1), update => Assert.Empty(AttemptRecord.ReadFrom(update.AdditionalProperties)));
    }

    [Fact]
    public async Task GetResponse_ThreeAttempts_AreOnTheResponse()
    {
        using StreamingRecoveryChatClient client = Over(ThreeAttempts());

        ChatResponse response = await AskAsync(client, streaming: false);

        Assert.Equal([ChatErrorKind.RateLimited, ChatErrorKind.Network, null], AttemptRecord.ReadFrom(response.AdditionalProperties).Select(attempt => attempt.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_FirstAttemptAnswers_IsTheOnlyOne(bool streaming)
    {
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, Recovering.Answering("a")));

        ChatResponse response = await client.AskAsync(streaming, new ChatOptions { ModelId = "asked" });

        AdditionalPropertiesDictionary? properties = streaming ? response.Messages[0].AdditionalProperties : response.AdditionalProperties;
        Assert.Equal([new AttemptRecord { Provider = "scripted", Model = "asked", IsDelivered = true }], AttemptRecord.ReadFrom(properties));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Fails_AttemptsAreOnTheException(bool streaming)
    {
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Overloaded), Recovering.Failing(ChatErrorKind.InvalidRequest)));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming));

        Assert.Equal(
            [(ChatErrorKind.Overloaded, AttemptDecisions.Retry), (ChatErrorKind.InvalidRequest, AttemptDecisions.Fail)],
            AttemptRecord.ReadFrom(exception).Select(attempt => (attempt.Kind!.Value, attempt.Decision!)));
    }

    [Fact]
    public async Task Stream_FailsAfterContent_TheExceptionHasTheWholeAttempt()
    {
        StreamScript broken = StreamScript.New().Text("a").Delay(2 * Second).Usage(10, 4).Fault(Recovering.Failure(ChatErrorKind.Truncated));
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Network, TimeSpan.Zero), broken));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => ReadAsync(client));

        AttemptRecord last = AttemptRecord.ReadFrom(exception)[^1];
        Assert.Equal((ChatErrorKind.Truncated, 2 * Second, AttemptDecisions.Fail, 14L), (last.Kind, last.Duration, last.Decision, last.Usage?.TotalTokenCount));
        Assert.Equal(2, AttemptRecord.ReadFrom(exception).Count);
    }

    [Fact]
    public async Task Stream_FailedAttemptSaidItsUsage_IsInItsRecord()
    {
        StreamScript failing = StreamScript.New().Text("").Usage(10, 0).Fault(Recovering.Failure(ChatErrorKind.Network, TimeSpan.Zero));
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, failing, Recovering.Answering("a")));

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal([10L, null], AttemptRecord.ReadFrom(updates[0].AdditionalProperties).Select(attempt => attempt.Usage?.InputTokenCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ExceptionOfTheApplication_PassesAtOnceAndIsUnknown(bool streaming)
    {
        var thrown = new InvalidOperationException("boom");
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("").Fault(thrown));
        using StreamingRecoveryChatClient client = Over(inner);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => client.AskAsync(streaming));

        Assert.Same(thrown, exception);
        Assert.Single(inner.Calls);
        Assert.Equal(ChatErrorKind.Unknown, Assert.Single(AttemptRecord.ReadFrom(exception)).Kind);
    }

    [Fact]
    public async Task Stream_FirstUpdate_IsACopyWithItsOwnProperties()
    {
        var sent = new ChatResponseUpdate(ChatRole.Assistant, "a") { AdditionalProperties = new() { ["own"] = "value" } };
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, StreamScript.New().Update(sent).Finish()));

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.Equal(("value", 1), (updates[0].AdditionalProperties!["own"], sent.AdditionalProperties.Count));
        Assert.Equal(2, updates[0].AdditionalProperties!.Count);
    }

    [Fact]
    public async Task Stream_UpdatesBehindTheFirst_AreTheSameInstances()
    {
        ChatResponseUpdate[] sent = [new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, "b"), new() { FinishReason = ChatFinishReason.Stop }];
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, sent.Aggregate(StreamScript.New(), (script, update) => script.Update(update))));

        List<ChatResponseUpdate> updates = await client.ReadAsync();

        Assert.All(updates.Zip(sent).Skip(1), pair => Assert.Same(pair.Second, pair.First));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Summary_MetadataAbove_CountsTheAttemptsAndNamesTheRouteThatAnswered(bool streaming)
    {
        var second = new ScriptedChatClient(_time, Recovering.Answering("a")) { ProviderName = "other" };
        using IChatClient client = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Authentication)).AsBuilder()
            .UseStreamingMetadata()
            .UseStreamingRecovery(options => options.Routes.Add(Recovering.RouteTo(second, "second")))
            .Build();

        ChatResponse response = await client.AskAsync(streaming);

        StreamSummary summary = response.GetStreamSummary()!;
        Assert.Equal((2, "other", StreamOutcome.Completed), (summary.Attempts, summary.Provider, summary.Outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Summary_MetadataAboveAFailure_CountsTheAttempts(bool streaming)
    {
        var options = new StreamingRecoveryOptions { Delay = TimeSpan.Zero };
        using IChatClient client = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.ServerError)).AsBuilder().UseStreamingMetadata().UseStreamingRecovery(options).Build();

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal((3, "ServerError"), (exception.GetStreamSummary()?.Attempts, exception.GetStreamSummary()?.ErrorType));
    }

    private ScriptedChatClient ThreeAttempts() => new(
        _time,
        StreamScript.New().Text("").Delay(2 * Second).Fault(Recovering.Failure(ChatErrorKind.RateLimited, Second)),
        Recovering.Failing(ChatErrorKind.Network),
        StreamScript.New().Text("").Delay(3 * Second).Text("a").Delay(Second).Text("b").Usage(10, 2).Finish());

    private StreamingRecoveryChatClient Over(ScriptedChatClient inner) => new(inner, timeProvider: _time);

    private async Task<ChatResponse> AskAsync(StreamingRecoveryChatClient client, bool streaming)
    {
        Task<ChatResponse> asking = client.AskAsync(streaming);
        await _time.AdvanceWhileAsync(asking, TimeSpan.FromMilliseconds(100));
        return await asking;
    }

    private async Task<List<ChatResponseUpdate>> ReadAsync(StreamingRecoveryChatClient client)
    {
        Task<List<ChatResponseUpdate>> reading = client.ReadAsync();
        await _time.AdvanceWhileAsync(reading, TimeSpan.FromMilliseconds(100));
        return await reading;
    }
}
