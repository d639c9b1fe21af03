using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Metadata;

public sealed class StreamingMetadataOptionsTests
{
    private static readonly ScriptedChatClient Inner = new(StreamScript.New().Text("a").Finish());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Defaults_New_WriteEverything()
    {
        var options = new StreamingMetadataOptions();

        Assert.Equal((true, true, true), (options.Enabled, options.Chunks, options.Metrics));
    }

    [Fact]
    public async Task Use_Configure_ChangesTheDefaults()
    {
        IChatClient client = Inner.AsBuilder().UseStreamingMetadata(options => options.Chunks = false).Build();

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal([StreamingStage.Metadata], client.GetService<StreamingPipelineDescriptor>()!.Stages);
        Assert.Null(updates[0].GetChunkMetadata());
        Assert.NotNull(updates[^1].GetStreamSummary());
    }

    [Fact]
    public async Task Use_Services_GiveClockSinksAndMeter()
    {
        var sink = new RecordingSink();
        IStreamSummarySink broken = Substitute.For<IStreamSummarySink>();
        broken.WhenForAnyArgs(other => other.Write(null!)).Throw(new InvalidOperationException());
        using var meter = new Meter("StreamingAdapters");
        IMeterFactory factory = Substitute.For<IMeterFactory>();
        factory.Create(null!).ReturnsForAnyArgs(meter);
        IServiceProvider services = Substitute.For<IServiceProvider>();
        services.GetService(typeof(IEnumerable<IStreamSummarySink>)).Returns((IStreamSummarySink[])[broken, sink]);
        services.GetService(typeof(TimeProvider)).Returns(new ManualTimeProvider());
        services.GetService(typeof(IMeterFactory)).Returns(factory);

        IChatClient client = Inner.AsBuilder().UseStreamingMetadata().Build(services);
        _ = await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal(ManualTimeProvider.DefaultStart, Assert.Single(sink.Summaries).StartedAt);
        Assert.Equal("StreamingAdapters", Assert.IsType<MeterOptions>(Assert.Single(factory.ReceivedCalls()).GetArguments()[0]).Name);
    }
}
