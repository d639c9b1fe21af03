using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Validation;
using static StreamingAdapters.Tests.Validation.Requests;

namespace StreamingAdapters.Tests.Validation;

public sealed class OptionRulesTests
{
    [Theory]
    [InlineData(-0.1f, "-0.1")]
    [InlineData(2.5f, "2.5")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void Check_BadTemperature_SaysRange(float value, string text) =>
        Assert.Equal([$"ChatOptions.Temperature is {text}: it has to be between 0 and 2, or null for the provider's default."], Check(new ChatOptions { Temperature = value }));

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void Check_BadTopP_SaysRange(float value) =>
        Assert.Equal(
            [string.Create(CultureInfo.InvariantCulture, $"ChatOptions.TopP is {value}: it has to be between 0 and 1, or null for the provider's default.")],
            Check(new ChatOptions { TopP = value }));

    [Fact]
    public void Check_BadPenalties_SayRange() =>
        Assert.Equal(
            [
                "ChatOptions.FrequencyPenalty is -3: it has to be between -2 and 2, or null for the provider's default.",
                "ChatOptions.PresencePenalty is NaN: it has to be between -2 and 2, or null for the provider's default.",
            ],
            Check(new ChatOptions { FrequencyPenalty = -3, PresencePenalty = float.NaN }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Check_CountsBelowOne_SayLeast(int value) =>
        Assert.Equal(
            [
                $"ChatOptions.TopK is {value}: it has to be at least 1, or null for the provider's default.",
                $"ChatOptions.MaxOutputTokens is {value}: it has to be at least 1, or null for the provider's default.",
            ],
            Check(new ChatOptions { TopK = value, MaxOutputTokens = value }));

    [Theory]
    [InlineData(0f, 0f, -2f)]
    [InlineData(2f, 1f, 2f)]
    public void Check_BoundsOfRanges_Pass(float temperature, float topP, float penalty) =>
        Assert.Empty(Check(new ChatOptions { Temperature = temperature, TopP = topP, FrequencyPenalty = penalty, PresencePenalty = penalty, TopK = 1, MaxOutputTokens = 1 }));

    [Fact]
    public void Check_AnyValuesAllowed_RefusesOnlyWhatIsNotFinite()
    {
        var rules = new StreamingValidationOptions { AllowAnyOptionValues = true };

        IReadOnlyList<string> failures = Check(new ChatOptions { Temperature = 3, TopP = float.NaN, TopK = 0, MaxOutputTokens = -1, PresencePenalty = 5 }, rules);

        Assert.Equal(["ChatOptions.TopP is NaN: it has to be a finite number, or null for the provider's default."], failures);
    }

    [Fact]
    public void Check_ToolsOfOneName_SayBothPlaces()
    {
        AITool[] tools = [Function("weather"), Function("time"), Function("weather")];

        Assert.Equal(
            ["ChatOptions.Tools[2] has the name of ChatOptions.Tools[0], 'weather': rename or leave out one of them."],
            Check(new ChatOptions { Tools = tools }));
    }

    [Fact]
    public void Check_NullTool_SaysWhich() =>
        Assert.Equal(["ChatOptions.Tools[0] is null: leave it out."], Check(new ChatOptions { Tools = [null!] }));

    [Fact]
    public void Check_HostedToolsOfOneName_Pass()
    {
        AITool[] servers = [new HostedMcpServerTool("one", new Uri("https://one.example")), new HostedMcpServerTool("two", new Uri("https://two.example"))];

        Assert.Equal(servers[0].Name, servers[1].Name);
        Assert.Empty(Check(new ChatOptions { Tools = servers }));
    }

    private static AIFunctionDeclaration Function(string name) => AIFunctionFactory.CreateDeclaration(name, null, JsonElement.Parse("{}"));
}
