using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NSubstitute;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

public sealed class AttemptMetricsTests : IDisposable
{
    private const string Secret = "sk-secret-of-somebody";

    private static readonly TimeSpan Second = Recovering.Second;

    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("StreamingAdapters");
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(double Value, string Tags)> _measured = new();
    private readonly EverythingLogged _logged = new();

    public AttemptMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter && instrument.Name == "streaming_adapters.attempt.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, value, tags, _) => _measured.Enqueue((value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _logged.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_AttemptsOverTwoRoutes_AreMeasuredOneByOne(bool streaming)
    {
        var first = new ScriptedChatClient(_time, StreamScript.New().Delay(2 * Second).Fault(Recovering.Failure(ChatErrorKind.ModelRetired)));
        var second = new ScriptedChatClient(_time, Recovering.Failing(ChatErrorKind.Network, TimeSpan.Zero), Recovering.Answering("a")) { ProviderName = "other" };
        using StreamingRecoveryChatClient client = Over(first, second);

        await AskAsync(client, streaming);

        Assert.Equal(
            [
                (2, "streaming_adapters.route=first gen_ai.provider.name=scripted gen_ai.request.model=asked error.type=ModelRetired"),
                (0, "streaming_adapters.route=second gen_ai.provider.name=other gen_ai.request.model=asked error.type=Network"),
                (0, "streaming_adapters.route=second gen_ai.provider.name=other gen_ai.request.model=asked"),
            ],
            _measured);
    }

    [Fact]
    public async Task Stream_FailsAfterContent_IsMeasuredOnce()
    {
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, StreamScript.New().Text("a").Fault(Recovering.Failure(ChatErrorKind.TotalTimeout))), null);

        await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, streaming: true));

        Assert.Equal([(0, "streaming_adapters.route=first gen_ai.provider.name=scripted gen_ai.request.model=asked")], _measured);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Cancelled_IsMeasuredAsSuch(bool streaming)
    {
        using var caller = new CancellationTokenSource();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Silence());
        using StreamingRecoveryChatClient client = Over(inner, null);
        Task asking = client.AskAsync(streaming, cancellationToken: caller.Token);
        await (await inner.WaitForCallAsync(0, TestContext.Current.CancellationToken)).Pending.WaitAsync(TestContext.Current.CancellationToken);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        Assert.EndsWith("error.type=Cancelled", Assert.Single(_measured).Tags, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_FailedAttempts_AreToldWithoutWhatTheyAreAbout(bool streaming)
    {
        var failure = new ChatProviderException(ChatErrorKind.ServerError, "It failed.", new HttpRequestException(Secret))
        {
            ProviderMessage = $"The prompt 'hi {Secret}' is odd.",
            RetryAfter = TimeSpan.Zero,
        };
        var inner = new ScriptedChatClient(_time, StreamScript.New().Fault(failure), Recovering.Answering(Secret));
        using StreamingRecoveryChatClient client = Over(inner, null);

        await AskAsync(client, streaming, $"hi {Secret}");

        Assert.Contains("An attempt on first asked failed: ServerError after 00:00:00, retry hint 00:00:00; decision: retry.", _logged.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, _logged.Text, StringComparison.Ordinal);
        Assert.Equal(1, _logged.Count);
    }

    [Fact]
    public async Task Log_Continuation_IsTold()
    {
        StreamScript broken = StreamScript.New().Text($"Text about {Secret} ").Fault(Recovering.Failure(ChatErrorKind.Network));
        using StreamingRecoveryChatClient client = Over(new ScriptedChatClient(_time, broken, Recovering.Answering("and so on")), null);

        await AskAsync(client, streaming: true);

        Assert.Contains("An answer of first broke off (Network) and goes on from first.", _logged.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, _logged.Text, StringComparison.Ordinal);
    }

    private StreamingRecoveryChatClient Over(ScriptedChatClient first, ScriptedChatClient? second)
    {
        IMeterFactory meters = Substitute.For<IMeterFactory>();
        meters.Create(null!).ReturnsForAnyArgs(_meter);
        var options = new StreamingRecoveryOptions { Primary = { Name = "first" }, Continuation = { Enabled = true } };
        if (second is not null)
        {
            options.Routes.Add(Recovering.RouteTo(second, "second"));
        }

        return new StreamingRecoveryChatClient(first, options, _time, LoggerFactory.Create(builder => builder.AddProvider(_logged).SetMinimumLevel(LogLevel.Trace)), meters);
    }

    private async Task AskAsync(StreamingRecoveryChatClient client, bool streaming, string prompt = "hi")
    {
        var options = new ChatOptions { ModelId = "asked" };
        Task asking = Task.Run(
            () => streaming ? client.GetStreamingResponseAsync(prompt, options).ToChatResponseAsync() : client.GetResponseAsync(prompt, options), CancellationToken.None);
        await _time.AdvanceWhileAsync(asking, Second);
        await asking;
    }
}
