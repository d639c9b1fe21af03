using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Pipelines that are composed by hand.</summary>
public sealed class OrderTests : IDisposable
{
    private static readonly (StreamingStage Stage, Func<ChatClientBuilder, ChatClientBuilder> Use)[] Verbs =
    [
        (StreamingStage.Validation, builder => builder.UseStreamingValidation()),
        (StreamingStage.Errors, builder => builder.UseStreamingErrors()),
        (StreamingStage.Usage, builder => builder.UseStreamingUsage()),
        (StreamingStage.Metadata, builder => builder.UseStreamingMetadata()),
        (StreamingStage.Coalescing, builder => builder.UseStreamingCoalescing()),
        (StreamingStage.Limits, builder => builder.UseStreamingLimits()),
        (StreamingStage.TotalTimeout, builder => builder.UseStreamingTimeout(options => (options.FirstContent, options.Idle, options.Total) = (null, null, TimeSpan.FromHours(1)))),
        (StreamingStage.Recovery, builder => builder.UseStreamingRecovery()),
        (StreamingStage.Fallback, builder => builder.UseStreamingFallback()),
        (StreamingStage.Timeout, builder => builder.UseStreamingTimeout()),
        (StreamingStage.Integrity, builder => builder.UseStreamingIntegrity()),
    ];

    private readonly LogLines _log = new();

    public static TheoryData<StreamingStage, StreamingStage> Pairs => new(
        from outer in Enum.GetValues<StreamingStage>()
        from inner in Enum.GetValues<StreamingStage>()
        where outer < inner
        select (outer, inner));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Build_TwoStages_WarnsOfTheWrongOrderAlone(StreamingStage outer, StreamingStage inner)
    {
        using IChatClient right = Build(outer, inner);
        int warningsOfTheRight = _log.All.Count;
        using IChatClient wrong = Build(inner, outer);

        Assert.Equal(0, warningsOfTheRight);
        Assert.Equal([outer, inner], right.Describe().Stages);
        Assert.Equal(
            $"The stage {inner} stands outside {outer}, which belongs outside it: add {outer} to the builder first, or compose all with UseStreaming.",
            Assert.Single(_log.At(LogLevel.Warning)));
        Assert.Equal([inner, outer], wrong.Describe().Stages);
    }

    [Fact]
    public void Build_EveryStageInOrder_IsReadBackWithoutAModeAndWarnsOfNothing()
    {
        using IChatClient client = Build([.. Verbs.Select(verb => verb.Stage)]);

        Assert.Equal(Enum.GetValues<StreamingStage>(), client.Describe().Stages);
        Assert.Null(client.Describe().Mode);
        Assert.Equal("Validation -> Errors -> Usage -> Metadata -> Coalescing -> Limits -> TotalTimeout -> Recovery -> Fallback -> Timeout -> Integrity", client.Describe().ToString());
        Assert.Empty(_log.All);
    }

    public void Dispose() => _log.Dispose();

    private IChatClient Build(params StreamingStage[] stages) => stages
        .Aggregate(new ScriptedChatClient(StreamScript.New()).AsBuilder(), (builder, stage) => Verbs.Single(verb => verb.Stage == stage).Use(builder))
        .Build(new TestServices(loggers: _log));
}
