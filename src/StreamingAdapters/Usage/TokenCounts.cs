using Microsoft.Extensions.AI;

namespace StreamingAdapters.Usage;

/// <summary>Usage taken apart so that no token is in two of the numbers.</summary>
/// <param name="Input">Input that was not read from a cache.</param>
/// <param name="CachedInput">Input that was.</param>
/// <param name="Output">Output without reasoning.</param>
/// <param name="Reasoning">Reasoning.</param>
internal readonly record struct TokenCounts(long Input, long CachedInput, long Output, long Reasoning)
{
    /// <summary>Takes usage apart.</summary>
    /// <remarks>
    /// By the documentation of <see cref="UsageDetails"/> cached tokens are part of the input and reasoning is part of the output. A total that only adds up
    /// with them beside shows a provider that counts otherwise: xAI's chat completions do so for reasoning (291 in, 26 out, 196 reasoning, 513 in all).
    /// </remarks>
    public static TokenCounts Of(UsageDetails usage)
    {
        long cached = usage.CachedInputTokenCount ?? 0;
        long reasoning = usage.ReasoningTokenCount ?? 0;
        long input = usage.InputTokenCount ?? Math.Max(0, (usage.TotalTokenCount ?? 0) - (usage.OutputTokenCount ?? 0));
        long output = usage.OutputTokenCount ?? Math.Max(0, (usage.TotalTokenCount ?? 0) - input);
        long? beside = usage.TotalTokenCount - input - output;
        bool isCachedBeside = cached > input || (cached > 0 && (beside == cached || beside == cached + reasoning));
        bool isReasoningBeside = reasoning > output || (reasoning > 0 && (beside == reasoning || beside == cached + reasoning));
        return new TokenCounts(isCachedBeside ? input : input - cached, cached, isReasoningBeside ? output : output - reasoning, reasoning);
    }
}
