using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Token use: cumulative, the last object that has numbers wins. Thoughts are counted beside the candidates, and both are output.</summary>
internal static class GeminiUsage
{
    /// <summary>Reads a usage object; null where it has no number that is known here.</summary>
    public static UsageDetails? Read(JsonElement usage)
    {
        long? input = usage.Number("promptTokenCount");
        long? candidates = usage.Number("candidatesTokenCount");
        long? thoughts = usage.Number("thoughtsTokenCount");
        long? total = usage.Number("totalTokenCount");
        if (input is null && candidates is null && thoughts is null && total is null)
        {
            return null;
        }

        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = candidates is null && thoughts is null ? null : (candidates ?? 0) + (thoughts ?? 0),
            TotalTokenCount = total,
            CachedInputTokenCount = usage.Number("cachedContentTokenCount"),
            ReasoningTokenCount = thoughts,
        };
        if (usage.Number("toolUsePromptTokenCount") is { } tools)
        {
            details.AdditionalCounts = new AdditionalPropertiesDictionary<long> { ["toolUsePromptTokenCount"] = tools };
        }

        return details;
    }
}
