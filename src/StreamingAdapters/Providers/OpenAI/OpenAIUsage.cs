using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Token use under all of its names. Numbers are taken as given: xAI counts reasoning outside of completion tokens, and its total says so.</summary>
internal static class OpenAIUsage
{
    /// <summary>Reads a usage object over what was known before; null members overwrite nothing.</summary>
    /// <returns>Null when the object holds no number that is known here, and nothing was known before.</returns>
    public static UsageDetails? Read(JsonElement usage, UsageDetails? before)
    {
        JsonElement input = Member(usage, "prompt_tokens_details"u8);
        JsonElement output = Member(usage, "completion_tokens_details"u8);
        var now = new UsageDetails
        {
            InputTokenCount = usage.Number("prompt_tokens") ?? before?.InputTokenCount,
            OutputTokenCount = usage.Number("completion_tokens") ?? before?.OutputTokenCount,
            TotalTokenCount = usage.Number("total_tokens") ?? before?.TotalTokenCount,

            // DeepSeek; Together and Moonshot.
            CachedInputTokenCount = input.Number("cached_tokens") ?? usage.Number("prompt_cache_hit_tokens") ?? usage.Number("cached_tokens") ?? before?.CachedInputTokenCount,
            ReasoningTokenCount = output.Number("reasoning_tokens") ?? usage.Number("reasoning_tokens") ?? before?.ReasoningTokenCount,
        };
        return now.InputTokenCount is null && now.OutputTokenCount is null && now.TotalTokenCount is null ? before : now;
    }

    /// <summary>What the answer cost, in credits of OpenRouter; null where nothing is said.</summary>
    public static double? Cost(JsonElement usage) =>
        usage.TryGet("cost"u8, out JsonElement cost) && cost.ValueKind == JsonValueKind.Number ? cost.GetDouble() : null;

    private static JsonElement Member(JsonElement owner, ReadOnlySpan<byte> name) => owner.TryGet(name, out JsonElement value) ? value : default;
}
