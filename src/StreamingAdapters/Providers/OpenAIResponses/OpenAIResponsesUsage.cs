using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Token use as a response tells it.</summary>
internal static class OpenAIResponsesUsage
{
    /// <summary>Reads the usage of a response.</summary>
    /// <returns>Null when it holds no number.</returns>
    public static UsageDetails? Read(JsonElement usage)
    {
        var details = new UsageDetails
        {
            InputTokenCount = usage.Number("input_tokens"),
            OutputTokenCount = usage.Number("output_tokens"),
            TotalTokenCount = usage.Number("total_tokens"),
            CachedInputTokenCount = Member(usage, "input_tokens_details"u8).Number("cached_tokens"),
            ReasoningTokenCount = Member(usage, "output_tokens_details"u8).Number("reasoning_tokens"),
        };
        return details.InputTokenCount is null && details.OutputTokenCount is null && details.TotalTokenCount is null ? null : details;
    }

    private static JsonElement Member(JsonElement owner, ReadOnlySpan<byte> name) => owner.TryGet(name, out JsonElement value) ? value : default;
}
