using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Routing;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Metadata;

public sealed class MetadataMetricsTests : IDisposable
{
    private const string Common = "gen_ai.operation.name=chat gen_ai.provider.name=scripted gen_ai.request.model=asked gen_ai.response.model=asked";

    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("StreamingAdapters");
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();

    public MetadataMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Stream_Completes_RecordsTheFieldsMetricsAndOurs()
    {
        await RunAsync(StreamScript.New().Content(() => Late("", 1)).Content(() => Late("a", 2)).Content(() => Late("b", 4)).Usage(10, 3).Finish(), streaming: true);

        Assert.Equal(
            [
                ("gen_ai.client.operation.duration", 7, Common),
                ("gen_ai.client.operation.time_per_output_chunk", 0, Common),
                ("gen_ai.client.operation.time_per_output_chunk", 0, Common),
                ("gen_ai.client.operation.time_per_output_chunk", 2, Common),
                ("gen_ai.client.operation.time_per_output_chunk", 4, Common),
                ("gen_ai.client.operation.time_to_first_chunk", 1, Common),
                ("gen_ai.client.token.usage", 3, $"{Common} gen_ai.token.type=output"),
                ("gen_ai.client.token.usage", 10, $"{Common} gen_ai.token.type=input"),
                ("streaming_adapters.answers", 1, $"{Common} streaming_adapters.outcome=completed"),
                ("streaming_adapters.chunks", 5, Common),
                ("streaming_adapters.time_to_first_content", 3, Common),
            ],
            _measured.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Routed_RecordsTheRouteOfThisCall(bool streaming)
    {
        using var http = new ScriptedHttpHandler(ScriptedHttpResponse.Status(500).Text("{}"));
        var router = new ModelRoutingChatClient(
            new ModelRoute { Name = "local", Client = new OllamaChatClient(new OllamaOptions { Model = "small" }, new HttpClient(http)), SupportsTools = false },
            new ModelRoute { Name = "cloud", Client = new OpenAIChatClient(new OpenAIOptions { ApiKey = "k", Model = "large" }, new HttpClient(http)) });
        using StreamingMetadataChatClient client = Over(router);

        var withTools = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming, new ChatOptions { Tools = [SampleTools.Weather] }));
        var plain = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal(
            [
                "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=large gen_ai.response.model=large error.type=ServerError",
                "gen_ai.operation.name=chat gen_ai.provider.name=ollama gen_ai.request.model=small gen_ai.response.model=small error.type=ServerError",
            ],
            _measured.Where(measured => measured.Name == "gen_ai.client.operation.duration").Select(measured => measured.Tags));
        Assert.Equal(("openai", "ollama"), (withTools.GetStreamSummary()!.Provider, plain.GetStreamSummary()!.Provider));
    }

    [Fact]
    public async Task GetResponse_Completes_RecordsNothingOfChunks()
    {
        await RunAsync(StreamScript.New().Content(() => Late("a", 2)).Usage(10, 3).Finish(), streaming: false);

        Assert.Equal(
            ["gen_ai.client.operation.duration", "gen_ai.client.token.usage", "gen_ai.client.token.usage", "streaming_adapters.answers"],
            _measured.Select(measured => measured.Name).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_Fails_NamesTheError(bool streaming)
    {
        var failure = new ChatStreamException(ChatErrorKind.Truncated, "cut");

        await Assert.ThrowsAsync<ChatStreamException>(() => RunAsync(StreamScript.New().Fault(failure), streaming));

        Assert.Contains(("gen_ai.client.operation.duration", 0, $"{Common} error.type=Truncated"), _measured);
        Assert.Contains(("streaming_adapters.answers", 1, $"{Common} streaming_adapters.outcome=failed"), _measured);
    }

    [Theory]
    [InlineData(false, "abandoned")]
    [InlineData(true, "cancelled")]
    public async Task Stream_BrokenOff_RecordsWhatThereWas(bool cancels, string outcome)
    {
        using var caller = new CancellationTokenSource();
        using StreamingMetadataChatClient client = Over(StreamScript.New().Content(() => Late("a", 2)).Content(() => Late("b", 4)).Usage(10, 3).Finish());

        await using (IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", new ChatOptions { ModelId = "asked" }, caller.Token).GetAsyncEnumerator(Token))
        {
            Assert.True(await updates.MoveNextAsync() && await updates.MoveNextAsync());
            if (cancels)
            {
                await caller.CancelAsync();
            }

            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            [
                ("gen_ai.client.operation.duration", 6, Common),
                ("gen_ai.client.operation.time_per_output_chunk", 4, Common),
                ("gen_ai.client.operation.time_to_first_chunk", 2, Common),
                ("streaming_adapters.answers", 1, $"{Common} streaming_adapters.outcome={outcome}"),
                ("streaming_adapters.chunks", 2, Common),
                ("streaming_adapters.time_to_first_content", 2, Common),
            ],
            _measured.Order());
    }

    [Fact]
    public async Task Stream_MetricsOff_RecordsNothing()
    {
        using StreamingMetadataChatClient client = Over(StreamScript.New().Text("a").Finish(), new StreamingMetadataOptions { Metrics = false });

        _ = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Empty(_measured);
    }

    [Fact]
    public async Task Stages_OneAfterTheOther_ShareInstrumentsThatOutliveThem()
    {
        var published = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == _meter)
                {
                    published.Enqueue(instrument.Name);
                }
            },
        };
        listener.Start();
        StreamingMetadataChatClient first = Over(StreamScript.New().Text("a").Text("b").Finish());
        IAsyncEnumerator<ChatResponseUpdate> inFlight = first.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await inFlight.MoveNextAsync();

        first.Dispose();
        using StreamingMetadataChatClient second = Over(StreamScript.New().Text("a").Finish());
        await inFlight.DisposeAsync();

        Assert.Equal(7, published.Count);
        Assert.Contains(_measured, measured => measured.Name == "streaming_adapters.answers");
    }

    [Fact]
    public async Task Stream_WithoutFactory_RecordsOnTheProcessMeter()
    {
        string provider = $"{Guid.NewGuid():N}";
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "StreamingAdapters")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (Text(tags).Contains(provider, StringComparison.Ordinal))
            {
                seen.Enqueue(instrument.Name);
            }
        });
        listener.Start();
        using var client = new StreamingMetadataChatClient(new FixedChatClient([new(ChatRole.Assistant, "a")], metadata: new ChatClientMetadata(provider)));

        _ = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Contains("gen_ai.client.operation.duration", seen);
    }

    [Fact]
    public void Instruments_Histograms_AdviseTheConventionsBuckets()
    {
        IReadOnlyList<double>? seconds = null;
        IReadOnlyList<long>? tokens = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                seconds = instrument is Histogram<double> { Name: "gen_ai.client.operation.duration" } duration && instrument.Meter == _meter ? duration.Advice?.HistogramBucketBoundaries : seconds;
                tokens = instrument is Histogram<long> usage && instrument.Meter == _meter ? usage.Advice?.HistogramBucketBoundaries : tokens;
            },
        };
        listener.Start();

        Over(StreamScript.New()).Dispose();

        Assert.Equal((0.01, 81.92, 14), (seconds![0], seconds[^1], seconds.Count));
        Assert.Equal((1, 67_108_864, 14), (tokens![0], tokens[^1], tokens.Count));
    }

    private StreamingMetadataChatClient Over(StreamScript script, StreamingMetadataOptions? options = null) => Over(new ScriptedChatClient(_time, script), options);

    private StreamingMetadataChatClient Over(IChatClient inner, StreamingMetadataOptions? options = null)
    {
        IMeterFactory factory = Substitute.For<IMeterFactory>();
        factory.Create(null!).ReturnsForAnyArgs(_meter);
        return new StreamingMetadataChatClient(inner, options, _time, meterFactory: factory);
    }

    private async Task RunAsync(StreamScript script, bool streaming)
    {
        using StreamingMetadataChatClient client = Over(script);
        var options = new ChatOptions { ModelId = "asked" };
        _ = streaming ? await client.GetStreamingResponseAsync("hi", options, Token).ToChatResponseAsync(Token) : await client.GetResponseAsync("hi", options, Token);
    }

    private TextContent Late(string text, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return new TextContent(text);
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _measured.Enqueue((instrument.Name, value, Text(tags)));

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
