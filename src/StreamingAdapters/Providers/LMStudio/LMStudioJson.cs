using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.LMStudio;

/// <summary>The protocol's words for token use, statistics and calls of the server's tools.</summary>
internal static class LMStudioJson
{
    /// <summary>What the server measured, by its own names.</summary>
    public static IReadOnlyList<string> Statistics { get; } = ["tokens_per_second", "time_to_first_token_seconds", "model_load_time_seconds"];

    /// <summary>Token use; null where nothing is said. The answer's tokens have those of its reasoning among them.</summary>
    public static UsageDetails? Usage(JsonElement statistics)
    {
        long? input = statistics.Number("input_tokens");
        long? output = statistics.Number("total_output_tokens");
        return input is null && output is null
            ? null
            : new UsageDetails
            {
                InputTokenCount = input,
                OutputTokenCount = output,
                TotalTokenCount = (input ?? 0) + (output ?? 0),
                ReasoningTokenCount = statistics.Number("reasoning_output_tokens"),
            };
    }

    /// <summary>A number that may have a fraction; null where there is none.</summary>
    public static double? Fraction(JsonElement owner, string name) =>
        owner.TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;

    /// <summary>How far something is, from 0 to 1; 0 where it is not said.</summary>
    /// <exception cref="JsonException">It is no number.</exception>
    public static double Progress(JsonElement item) =>
        !item.TryGet("progress"u8, out _) ? 0 : Fraction(item, "progress") ?? throw new JsonException("progress must be a number.");

    /// <summary>A call of one of the server's tools.</summary>
    public static AIContent ToContent(JsonElement item) => OwnContent.Create(item, OwnContent.LMStudioItem);
}
