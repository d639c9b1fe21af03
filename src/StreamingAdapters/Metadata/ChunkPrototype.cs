using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>A dictionary with every key of a chunk's metadata, and the values that stay from chunk to chunk. Never changed.</summary>
internal sealed class ChunkPrototype
{
    private readonly string? _provider;
    private readonly string? _model;

    public ChunkPrototype(string? provider, string? model)
    {
        (_provider, _model) = (provider, model);
        if (provider is not null)
        {
            Values[StreamingKeys.Provider] = provider;
        }

        if (model is not null)
        {
            Values[StreamingKeys.Model] = model;
        }
    }

    public Dictionary<string, object?> Values { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        [StreamingKeys.Index] = null,
        [StreamingKeys.Timestamp] = null,
        [StreamingKeys.Size] = null,
        [StreamingKeys.Elapsed] = null,
        [StreamingKeys.Gap] = null,
    };

    public bool Is(string? provider, string? model) =>
        string.Equals(_provider, provider, StringComparison.Ordinal) && string.Equals(_model, model, StringComparison.Ordinal);
}
