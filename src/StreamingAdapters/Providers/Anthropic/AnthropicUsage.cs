using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Token use: cumulative, member by member; what a later event says overwrites, a null does not.</summary>
internal sealed class AnthropicUsage
{
    private long? _input;
    private long? _cacheWrites;
    private long? _cacheReads;
    private long? _output;
    private long? _reasoning;

    /// <summary>Reads a usage object over what was known before.</summary>
    /// <returns>All that is known; null for nothing.</returns>
    public UsageDetails? Read(JsonElement usage)
    {
        _input = usage.Number("input_tokens") ?? _input;
        _cacheWrites = usage.Number("cache_creation_input_tokens") ?? _cacheWrites;
        _cacheReads = usage.Number("cache_read_input_tokens") ?? _cacheReads;
        _output = usage.Number("output_tokens") ?? _output;
        _reasoning = (usage.TryGet("output_tokens_details"u8, out JsonElement details) ? details.Number("thinking_tokens") : null) ?? _reasoning;
        return _input is null && _output is null ? null : ToDetails();
    }

    // The protocol counts what was read from and written to the cache beside the input, the contract within it.
    private UsageDetails ToDetails()
    {
        long? input = _input is null ? null : _input + (_cacheWrites ?? 0) + (_cacheReads ?? 0);
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = _output,
            TotalTokenCount = (input ?? 0) + (_output ?? 0),
            CachedInputTokenCount = _cacheReads,
            ReasoningTokenCount = _reasoning,
        };
        if (_cacheWrites is { } writes)
        {
            details.AdditionalCounts = new AdditionalPropertiesDictionary<long> { ["cache_creation_input_tokens"] = writes };
        }

        return details;
    }
}
