using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Timeouts;

public sealed class StreamingTimeoutOptionsTests
{
    private static readonly ScriptedChatClient Inner = new(StreamScript.New().Text("a").Finish());

    [Fact]
    public void Defaults_New_DoNotKillALocalModelThatLoads()
    {
        var options = new StreamingTimeoutOptions();

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), null), (options.FirstContent, options.Idle, options.Total));
    }

    [Fact]
    public void Use_LimitsNotAboveZero_ThrowsOneExceptionWithAllOfThem()
    {
        var exception = Assert.Throws<ArgumentException>(() => Inner.AsBuilder().UseStreamingTimeout(options => (options.Idle, options.Total) = (TimeSpan.Zero, TimeSpan.FromDays(-1))));

        Assert.Contains("StreamingTimeoutOptions:Idle is 00:00:00: it has to be longer than zero", exception.Message, StringComparison.Ordinal);
        Assert.Contains("StreamingTimeoutOptions:Total is -1.00:00:00", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_EveryLimitNull_AddsNothing()
    {
        IChatClient built = Inner.AsBuilder().UseStreamingTimeout(new StreamingTimeoutOptions { FirstContent = null, Idle = null }).Build();

        Assert.Same(Inner, built);
    }

    [Theory]
    [InlineData(null, StreamingStage.TotalTimeout)]
    [InlineData(1, StreamingStage.Timeout)]
    public void Descriptor_Built_SaysWhichClocks(int? idle, StreamingStage expected)
    {
        TimeSpan? limit = idle is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

        IChatClient built = Inner.AsBuilder().UseStreamingTimeout(options => (options.FirstContent, options.Idle, options.Total) = (null, limit, TimeSpan.FromHours(1))).Build();

        Assert.Equal([expected], built.GetService<StreamingPipelineDescriptor>()!.Stages);
    }
}
