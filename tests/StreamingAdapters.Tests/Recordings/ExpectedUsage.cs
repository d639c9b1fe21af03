using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>The token use that is expected of a recorded answer, in the contract's terms.</summary>
/// <remarks>
/// Anthropic counts the cache beside the input and gives no total; the contract's input holds the cache, and its total is the sum. LM Studio's own API gives no total either.
/// </remarks>
internal sealed class ExpectedUsage
{
    private readonly JsonElement _usage;
    private readonly bool _isAnthropic;
    private readonly bool _hasTotal;

    private ExpectedUsage(JsonElement usage, string? protocol)
    {
        _usage = usage;
        _isAnthropic = Number("input_including_cache") is not null;
        _hasTotal = !_isAnthropic && protocol is not "lmstudio-native";
    }

    private long? Input => Number("input_including_cache") ?? Number("input");

    private long? Output => Number("output");

    /// <summary>Null where an answer says nothing of it.</summary>
    public static ExpectedUsage? Of(JsonElement expected) =>
        expected.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind is JsonValueKind.Object
            ? new ExpectedUsage(usage, expected.TryGetProperty("protocol", out JsonElement protocol) ? protocol.GetString() : null)
            : null;

    public void Check(UsageDetails? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal((Input, Output, _hasTotal ? Number("total") : Input + Output), (actual.InputTokenCount, actual.OutputTokenCount, actual.TotalTokenCount));
        Assert.Equal(Number("cached_input"), actual.CachedInputTokenCount);

        // Anthropic's count of thinking is new, and not in the expected results.
        Assert.Equal(_isAnthropic ? actual.ReasoningTokenCount : Number("reasoning"), actual.ReasoningTokenCount);
    }

    private long? Number(string name) => _usage.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number ? (long)value.GetDouble() : null;
}
