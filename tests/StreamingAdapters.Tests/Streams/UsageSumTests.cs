using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Streams;

/// <summary>Sums of rounds, deltas and running totals.</summary>
public sealed class UsageSumTests
{
    private readonly UsageSum _sum = new();

    [Fact]
    public void Known_NothingSaid_IsNull()
    {
        Observe("a", new TextContent("Hi"));

        Assert.Null(_sum.Reported);
        Assert.Null(_sum.Known);
        Assert.False(_sum.Round.IsReported);
    }

    [Fact]
    public void Reported_TwoRounds_AddsThem()
    {
        Observe("a", new TextContent("Hi"), Usage(10, 2));
        Observe("tool-message", ChatRole.Tool, new FunctionResultContent("c", "r"));
        Observe("b", new TextContent("Ho"));
        Observe("b", Usage(14, 3));

        AssertUsage(24, 5, _sum.Reported);
        Assert.Equal([false, true, false], _sum.Rounds.Select(round => round.IsTool));
    }

    [Fact]
    public void Reported_TwoRoundsOfTheSameNumbers_AddsThem()
    {
        Observe("a", new TextContent("Hi"), Usage(10, 2));
        Observe("b", new TextContent("Hi"), Usage(10, 2));

        AssertUsage(20, 4, _sum.Reported);
    }

    [Fact]
    public void Reported_RoundsWithoutIds_AreToldApartByToolResults()
    {
        Observe(null, new TextContent("Hi"));
        Observe(null, Usage(10, 2));
        Observe(null, ChatRole.Tool, new FunctionResultContent("c", "r"));
        Observe(null, new TextContent("Ho"));
        Observe(null, Usage(10, 3));

        AssertUsage(20, 5, _sum.Reported);
    }

    [Fact]
    public void Reported_RoundsWithoutIds_AreToldApartByContentBehindAnEnd()
    {
        Observe(null, new TextContent("Hi"));
        _sum.Observe(new ChatResponseUpdate { FinishReason = ChatFinishReason.ToolCalls, Contents = [Usage(10, 2)] });
        Observe(null, new TextContent("Ho"));
        Observe(null, Usage(10, 3));

        AssertUsage(20, 5, _sum.Reported);
    }

    [Fact]
    public void Reported_ContentBehindAFinishReasonUnderTheSameId_IsTheSameRound()
    {
        _sum.Observe(new ChatResponseUpdate { ResponseId = "a", FinishReason = ChatFinishReason.Stop, Contents = [new TextContent("Hi"), Usage(10, 2)] });
        Observe("a", new TextContent(" there"), Usage(10, 4));

        AssertUsage(10, 4, _sum.Reported);
    }

    [Fact]
    public void Reported_Deltas_AddUp()
    {
        Observe("a", Usage(10, 0));
        Observe("a", new TextContent("Hi"), Usage(null, 2));
        Observe("a", new TextContent("Ho"), Usage(null, 2));
        Observe("a", new TextContent("Hu"), Usage(null, 3));

        AssertUsage(10, 7, _sum.Reported);
    }

    [Fact]
    public void Reported_ModelCallsUnderOneId_AddUp()
    {
        Observe("a", new TextContent("Hi"), Usage(1000, 20));
        Observe("a", new TextContent("Ho"), Usage(1500, 50));

        AssertUsage(2500, 70, _sum.Reported);
    }

    // An image counts only on the last chunk of Gemini, which has no content.
    [Fact]
    public void Reported_LargerReportWithoutContentInBetween_ReplacesTheFirst()
    {
        Observe("a", new TextContent("Red."), Usage(8, 161));
        Observe("a", Usage(1089, 161));

        AssertUsage(1089, 161, _sum.Reported);
    }

    // Once a client repeats, its later reports are running totals too, however much input a built-in tool added.
    [Fact]
    public void Reported_RepeatedInput_MakesEveryReportARunningTotal()
    {
        Observe("a", new TextContent("1"), Usage(272, null));
        Observe("a", new TextContent("2"), Usage(272, null));
        Observe("a", new TextContent("3"), Usage(1303, 51));

        AssertUsage(1303, 51, _sum.Reported);
    }

    [Fact]
    public void Reported_RunningTotalThatLeavesANumberOut_KeepsIt()
    {
        Observe("a", new UsageContent(new UsageDetails { InputTokenCount = 9, OutputTokenCount = 4, CachedInputTokenCount = 5 }));
        Observe("a", new UsageContent(new UsageDetails { InputTokenCount = 9, OutputTokenCount = 6 }));

        AssertUsage(9, 6, _sum.Reported);
        Assert.Equal(5, _sum.Reported!.CachedInputTokenCount);
    }

    [Fact]
    public void Reported_TheSameReportThreeTimes_CountsOnce()
    {
        for (int time = 0; time < 3; time++)
        {
            Observe("a", Usage(7, 3));
        }

        AssertUsage(7, 3, _sum.Reported);
    }

    [Fact]
    public void Reported_ZerosAlone_AreTheReport()
    {
        Observe("a", new TextContent("Hi"), Usage(0, 0));

        AssertUsage(0, 0, _sum.Reported);
    }

    [Fact]
    public void Reported_ZerosAfterARunningTotal_ChangeNothing()
    {
        Observe("a", new TextContent("Hi"), Usage(10, 1));
        Observe("a", new TextContent("Ho"), Usage(10, 2));
        Observe("a", Usage(0, 0));

        AssertUsage(10, 2, _sum.Reported);
    }

    [Fact]
    public void Reported_ReportChangedAfterwards_StaysAsItWas()
    {
        UsageContent usage = Usage(7, 3);
        Observe("a", usage);

        usage.Details.OutputTokenCount = 99;

        AssertUsage(7, 3, _sum.Reported);
    }

    [Fact]
    public void Known_SaidSoFar_CountsUntilTheRoundIsReported()
    {
        _sum.Observe(SoFar("a", 25, 1));
        AssertUsage(25, 1, _sum.Known);

        Observe("a", new TextContent("Hi"), Usage(25, 8));

        AssertUsage(25, 8, _sum.Known);
        AssertUsage(25, 8, _sum.Reported);
    }

    [Fact]
    public void Known_RoundThatWasOnlySaidSoFar_CountsBesideTheNext()
    {
        _sum.Observe(SoFar("a", 25, 1));
        Observe("b", new TextContent("Hi"), Usage(30, 8));

        AssertUsage(55, 9, _sum.Known);
        AssertUsage(30, 8, _sum.Reported);
    }

    [Fact]
    public void Known_ReportOfOutputAlone_HasTheInputThatWasSaidBefore()
    {
        _sum.Observe(SoFar("a", 25, null));
        Observe("a", new TextContent("Hi"), Usage(null, 8));

        AssertUsage(25, 8, _sum.Known);
    }

    [Fact]
    public void Observe_ReplayOfAToolLoopUnderOneId_IsOneRound()
    {
        Observe("b", new FunctionCallContent("c", "f"));
        Observe("b", ChatRole.Tool, new FunctionResultContent("c", "r"));
        Observe("b", new TextContent("Ho"));
        Observe(null, Usage(24, 5));

        Assert.Single(_sum.Rounds);
        AssertUsage(24, 5, _sum.Reported);
    }

    [Fact]
    public void Observe_EmptyIdFirst_DoesNotStartARound()
    {
        Observe("", new TextContent("Hi"));
        Observe("a", new TextContent("Hi"));
        Observe("", Usage(3, 2));

        Assert.Equal("a", Assert.Single(_sum.Rounds).ResponseId);
    }

    private static UsageContent Usage(long? input, long? output) =>
        new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = (input ?? 0) + (output ?? 0) });

    private static ChatResponseUpdate SoFar(string id, long input, long? output)
    {
        var counts = new AdditionalPropertiesDictionary<long> { [nameof(UsageDetails.InputTokenCount)] = input };
        if (output is { } known)
        {
            counts[nameof(UsageDetails.OutputTokenCount)] = known;
        }

        return new ChatResponseUpdate { ResponseId = id, AdditionalProperties = new AdditionalPropertiesDictionary { [StreamingKeys.UsageSoFar] = counts } };
    }

    private static void AssertUsage(long input, long output, UsageDetails? actual) =>
        Assert.Equal((input, output), (actual?.InputTokenCount, actual?.OutputTokenCount));

    private void Observe(string? id, params AIContent[] contents) => Observe(id, ChatRole.Assistant, contents);

    private void Observe(string? id, ChatRole role, params AIContent[] contents) =>
        _sum.Observe(new ChatResponseUpdate { ResponseId = id, Role = role, Contents = contents });
}
