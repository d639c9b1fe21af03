using Microsoft.Extensions.AI;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Prices and what they are multiplied with.</summary>
public sealed class PriceTableTests
{
    private static readonly PriceTable Prices = new()
    {
        ["gpt-5"] = new() { Input = 1.25m, Output = 10m, CachedInput = 0.125m },
        ["gpt-5-mini"] = new() { Input = 0.25m, Output = 2m },
        ["grok"] = new() { Input = 3m, Output = 15m, Reasoning = 5m },
    };

    [Theory]
    [InlineData("gpt-5", 1.25)]
    [InlineData("GPT-5", 1.25)]
    [InlineData("gpt-5-2025-08-07", 1.25)]
    [InlineData("gpt-5-mini-2025-08-07", 0.25)]
    [InlineData("gpt-4", null)]
    [InlineData("gpt", null)]
    [InlineData(null, null)]
    public void Find_Model_IsExactElseTheLongestPrefix(string? model, double? input)
    {
        ModelPrice? price = Prices.Find(model);

        Assert.Equal((decimal?)input, price?.Input);
    }

    [Fact]
    public void Cost_CachedAndReasoningInside_AreBilledOnce()
    {
        var usage = new UsageDetails { InputTokenCount = 1000, CachedInputTokenCount = 400, OutputTokenCount = 300, ReasoningTokenCount = 200, TotalTokenCount = 1300 };

        decimal? cost = Prices.Cost("gpt-5", usage);

        Assert.Equal(((600 * 1.25m) + (400 * 0.125m) + (300 * 10m)) / 1_000_000m, cost);
    }

    // xAI's chat completions: 291 in, 26 out, 196 reasoning, 513 in all.
    [Fact]
    public void Cost_ReasoningBeside_IsBilledToo()
    {
        var usage = new UsageDetails { InputTokenCount = 291, OutputTokenCount = 26, ReasoningTokenCount = 196, TotalTokenCount = 513 };

        decimal? cost = Prices.Cost("grok", usage);

        Assert.Equal(((291 * 3m) + (26 * 15m) + (196 * 5m)) / 1_000_000m, cost);
    }

    [Theory]
    [InlineData(9, 4202, 5, 4216L)]
    [InlineData(9, 4, 5, 18L)]
    [InlineData(9, 4202, 5, null)]
    public void Cost_CachedBeside_IsBilledToo(long input, long cached, long output, long? total)
    {
        var usage = new UsageDetails { InputTokenCount = input, CachedInputTokenCount = cached, OutputTokenCount = output, TotalTokenCount = total };

        decimal? cost = Prices.Cost("gpt-5", usage);

        Assert.Equal(((input * 1.25m) + (cached * 0.125m) + (output * 10m)) / 1_000_000m, cost);
    }

    [Fact]
    public void Cost_TotalAlone_IsBilledAsInput()
    {
        Assert.Equal(1.25m, Prices.Cost("gpt-5", new UsageDetails { TotalTokenCount = 1_000_000 }));
        Assert.Equal(10m, Prices.Cost("gpt-5", new UsageDetails { InputTokenCount = 0, TotalTokenCount = 1_000_000 }));
    }

    [Fact]
    public void Cost_NoPrice_IsNull() => Assert.Null(Prices.Cost("gpt-4", new UsageDetails { InputTokenCount = 1 }));

    [Fact]
    public void Cost_NoTokens_IsZero() => Assert.Equal(0m, Prices.Cost("gpt-5", new UsageDetails()));
}
