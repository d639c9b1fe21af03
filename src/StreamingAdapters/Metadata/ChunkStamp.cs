using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Puts metadata on copies of updates. Thread-safe.</summary>
/// <remarks>
/// Every copy's properties are made from one dictionary that has all the keys: a dictionary of the same comparer is copied whole, without hashing its keys
/// again and with room for just these, a third of what adding seven keys costs.
/// </remarks>
internal sealed class ChunkStamp
{
    // Most chunks are a word; a box for each such size is made once.
    private static readonly object[] SmallSizes = [.. Enumerable.Range(0, 256).Select(object (size) => size)];

    private volatile ChunkPrototype _prototype = new(provider: null, model: null);

    /// <summary>A copy of an update with metadata beside its own properties; metadata that is there already is replaced.</summary>
    /// <param name="update">The update.</param>
    /// <param name="index">Its place in the answer.</param>
    /// <param name="answer">The answer, measured as far as this update.</param>
    public ChatResponseUpdate Copy(ChatResponseUpdate update, long index, AnswerMeasure answer)
    {
        var properties = new AdditionalPropertiesDictionary(PrototypeOf(answer).Values)
        {
            [StreamingKeys.Index] = index,
            [StreamingKeys.Timestamp] = answer.Arrival,
            [StreamingKeys.Size] = answer.Size < SmallSizes.Length ? SmallSizes[answer.Size] : answer.Size,
            [StreamingKeys.Elapsed] = answer.Elapsed,
            [StreamingKeys.Gap] = answer.Gap,
        };
        if (update.AdditionalProperties is { } others)
        {
            properties.Union(others);
        }

        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = properties;
        return copy;
    }

    // A stream nearly always has one model, and its stage's other streams the same.
    private ChunkPrototype PrototypeOf(AnswerMeasure answer)
    {
        if (answer.Prototype?.Is(answer.Provider, answer.Model) is true)
        {
            return answer.Prototype;
        }

        ChunkPrototype last = _prototype;
        return answer.Prototype = last.Is(answer.Provider, answer.Model) ? last : _prototype = new ChunkPrototype(answer.Provider, answer.Model);
    }
}
