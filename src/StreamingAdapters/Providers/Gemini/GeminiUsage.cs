using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Token use: cumulative, the last object that has numbers wins. Thoughts are counted beside the candidates, and both are output.</summary>
internal ref struct GeminiUsage
{
    private long? _input;
    private long? _candidates;
    private long? _thoughts;
    private long? _total;
    private long? _cached;
    private long? _tools;

    /// <summary>Reads a usage object; null where it has no number that is known here.</summary>
    public static UsageDetails? Read(ReadOnlySpan<byte> usage)
    {
        var reader = new Utf8JsonReader(usage);
        var counts = default(GeminiUsage);
        reader.Read();
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            counts.ReadMember(ref reader, usage);
        }

        return counts._input is null && counts._candidates is null && counts._thoughts is null && counts._total is null ? null : counts.ToDetails();
    }

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> usage)
    {
        if (reader.ValueSpan.SequenceEqual("promptTokenCount"u8))
        {
            _input = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else if (reader.ValueSpan.SequenceEqual("candidatesTokenCount"u8))
        {
            _candidates = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else if (reader.ValueSpan.SequenceEqual("thoughtsTokenCount"u8))
        {
            _thoughts = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else if (reader.ValueSpan.SequenceEqual("totalTokenCount"u8))
        {
            _total = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else if (reader.ValueSpan.SequenceEqual("cachedContentTokenCount"u8))
        {
            _cached = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else if (reader.ValueSpan.SequenceEqual("toolUsePromptTokenCount"u8))
        {
            _tools = JsonSlice.Next(ref reader).GetNumber(usage);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }

    private readonly UsageDetails ToDetails()
    {
        var details = new UsageDetails
        {
            InputTokenCount = _input,
            OutputTokenCount = _candidates is null && _thoughts is null ? null : (_candidates ?? 0) + (_thoughts ?? 0),
            TotalTokenCount = _total,
            CachedInputTokenCount = _cached,
            ReasoningTokenCount = _thoughts,
        };
        if (_tools is { } tools)
        {
            details.AdditionalCounts = new AdditionalPropertiesDictionary<long> { ["toolUsePromptTokenCount"] = tools };
        }

        return details;
    }
}
