using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Token use: cumulative, the last object that has numbers wins. Thoughts are counted beside the candidates, and both are output.</summary>
internal struct GeminiUsage
{
    private long? _input;
    private long? _candidates;
    private long? _thoughts;
    private long? _total;
    private long? _cached;
    private long? _tools;

    /// <summary>Reads a usage object. A member that is null says nothing: what stood there before stays, unlike that of one that is absent.</summary>
    public static GeminiUsage Read(ReadOnlySpan<byte> usage, in GeminiUsage before)
    {
        var reader = new Utf8JsonReader(usage);
        var counts = default(GeminiUsage);
        reader.Read();
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            counts.ReadMember(ref reader, usage, in before);
        }

        return counts;
    }

    /// <summary>The counts; null where there is no number that is known here.</summary>
    public readonly UsageDetails? ToDetails()
    {
        if (_input is null && _candidates is null && _thoughts is null && _total is null)
        {
            return null;
        }

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

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> usage, in GeminiUsage before)
    {
        if (reader.ValueSpan.SequenceEqual("promptTokenCount"u8))
        {
            _input = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._input;
        }
        else if (reader.ValueSpan.SequenceEqual("candidatesTokenCount"u8))
        {
            _candidates = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._candidates;
        }
        else if (reader.ValueSpan.SequenceEqual("thoughtsTokenCount"u8))
        {
            _thoughts = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._thoughts;
        }
        else if (reader.ValueSpan.SequenceEqual("totalTokenCount"u8))
        {
            _total = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._total;
        }
        else if (reader.ValueSpan.SequenceEqual("cachedContentTokenCount"u8))
        {
            _cached = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._cached;
        }
        else if (reader.ValueSpan.SequenceEqual("toolUsePromptTokenCount"u8))
        {
            _tools = JsonSlice.Next(ref reader).GetNumber(usage) ?? before._tools;
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }
}
