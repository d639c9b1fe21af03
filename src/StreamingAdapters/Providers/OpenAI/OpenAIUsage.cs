using System.Text.Json;
using Microsoft.Extensions.AI;

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
            InputTokenCount = Number(usage, "prompt_tokens"u8) ?? before?.InputTokenCount,
            OutputTokenCount = Number(usage, "completion_tokens"u8) ?? before?.OutputTokenCount,
            TotalTokenCount = Number(usage, "total_tokens"u8) ?? before?.TotalTokenCount,

            // DeepSeek; Together and Moonshot.
            CachedInputTokenCount = Number(input, "cached_tokens"u8) ?? Number(usage, "prompt_cache_hit_tokens"u8) ?? Number(usage, "cached_tokens"u8) ?? before?.CachedInputTokenCount,
            ReasoningTokenCount = Number(output, "reasoning_tokens"u8) ?? Number(usage, "reasoning_tokens"u8) ?? before?.ReasoningTokenCount,
        };
        return now.InputTokenCount is null && now.OutputTokenCount is null && now.TotalTokenCount is null ? before : now;
    }

    /// <summary>The same numbers under the names of <see cref="UsageDetails"/>, for <see cref="Streams.StreamingKeys.UsageSoFar"/>.</summary>
    public static AdditionalPropertiesDictionary<long> ToProperties(UsageDetails usage)
    {
        var counts = new AdditionalPropertiesDictionary<long>();
        Add(nameof(usage.InputTokenCount), usage.InputTokenCount);
        Add(nameof(usage.OutputTokenCount), usage.OutputTokenCount);
        Add(nameof(usage.TotalTokenCount), usage.TotalTokenCount);
        Add(nameof(usage.CachedInputTokenCount), usage.CachedInputTokenCount);
        Add(nameof(usage.ReasoningTokenCount), usage.ReasoningTokenCount);
        return counts;

        void Add(string name, long? count)
        {
            if (count is { } number)
            {
                counts[name] = number;
            }
        }
    }

    private static JsonElement Member(JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value) ? value : default;

    private static long? Number(JsonElement owner, ReadOnlySpan<byte> name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.Number } value ? value.TryGetInt64(out long whole) ? whole : (long)value.GetDouble() : null;
}
