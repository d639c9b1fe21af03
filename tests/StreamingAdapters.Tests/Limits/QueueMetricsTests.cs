using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Limits;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Limits;

public sealed class QueueMetricsTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("StreamingAdapters");
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _measured = new();

    public QueueMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            _measured.Enqueue($"{instrument.Name} {value} {instrument.Unit} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        _listener.Start();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Waited_RecordsTheWaitAlone(bool streaming)
    {
        using StreamingLimitsChatClient client = Over(new StreamingLimitsOptions { MaxRequests = 1, Period = 10 * Second, QueueLimit = 1 });
        await AskAsync(client, streaming, Token);
        _time.Advance(7 * Second);
        Task waiting = AskAsync(client, streaming, Token);
        _time.Advance(3 * Second);
        await waiting;

        Assert.Equal("streaming_adapters.queue.duration 3 s gen_ai.provider.name=scripted gen_ai.request.model=asked", Assert.Single(_measured));
    }

    [Fact]
    public async Task Call_CancelledInTheQueue_RecordsTheWaitWithItsEnd()
    {
        using StreamingLimitsChatClient client = Over(new StreamingLimitsOptions { MaxRequests = 1, Period = 10 * Second, QueueLimit = 1 });
        using var caller = new CancellationTokenSource();
        await AskAsync(client, streaming: true, Token);
        Task waiting = AskAsync(client, streaming: true, caller.Token);
        _time.Advance(2 * Second);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Equal("streaming_adapters.queue.duration 2 s gen_ai.provider.name=scripted gen_ai.request.model=asked error.type=Cancelled", Assert.Single(_measured));
    }

    private StreamingLimitsChatClient Over(StreamingLimitsOptions options)
    {
        IMeterFactory factory = Substitute.For<IMeterFactory>();
        factory.Create(null!).ReturnsForAnyArgs(_meter);
        return new StreamingLimitsChatClient(new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish()), options, _time, meterFactory: factory);
    }

    private static async Task<ChatResponse> AskAsync(IChatClient client, bool streaming, CancellationToken cancellationToken)
    {
        var options = new ChatOptions { ModelId = "asked" };
        return streaming
            ? await client.GetStreamingResponseAsync("hi", options, cancellationToken).ToChatResponseAsync(cancellationToken)
            : await client.GetResponseAsync("hi", options, cancellationToken);
    }
}
