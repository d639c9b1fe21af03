using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Puts metadata on copies of one stream's updates.</summary>
/// <remarks>
/// The values are written into one dictionary that every copy's properties are made from: a dictionary of the same comparer is copied whole, without
/// hashing its keys again and with room for just these, a third of what adding seven keys costs.
/// </remarks>
internal sealed class ChunkStamp
{
    // Most chunks are a word; a box for each such size is made once.
    private static readonly object[] SmallSizes = [.. Enumerable.Range(0, 256).Select(object (size) => size)];

    private readonly Dictionary<string, object?> _values = new(StringComparer.OrdinalIgnoreCase);
    private string? _model;

    public ChunkStamp(string? provider)
    {
        if (provider is not null)
        {
            _values[StreamingKeys.Provider] = provider;
        }
    }

    /// <summary>A copy of an update with metadata beside its own properties; metadata that is there already is replaced.</summary>
    public ChatResponseUpdate Copy(ChatResponseUpdate update, long index, int size, string? model, DateTimeOffset timestamp, TimeSpan elapsed, TimeSpan gap)
    {
        _values[StreamingKeys.Index] = index;
        _values[StreamingKeys.Timestamp] = timestamp;
        _values[StreamingKeys.Size] = size < SmallSizes.Length ? SmallSizes[size] : size;
        _values[StreamingKeys.Elapsed] = elapsed;
        _values[StreamingKeys.Gap] = gap;
        if (!string.Equals(model, _model, StringComparison.Ordinal))
        {
            _values[StreamingKeys.Model] = _model = model;
        }

        var properties = new AdditionalPropertiesDictionary(_values);
        if (update.AdditionalProperties is { } others)
        {
            Add(properties, others);
        }

        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = properties;
        return copy;
    }

    private static void Add(AdditionalPropertiesDictionary properties, AdditionalPropertiesDictionary others)
    {
        foreach (KeyValuePair<string, object?> other in others)
        {
            properties.TryAdd(other.Key, other.Value);
        }
    }
}
