using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Puts properties on copies of updates.</summary>
internal static class UpdateProperties
{
    /// <summary>A copy of an update that has a property beside its own.</summary>
    public static ChatResponseUpdate With(this ChatResponseUpdate update, string key, object value)
    {
        ChatResponseUpdate copy = update.Clone();
        copy.AdditionalProperties = new AdditionalPropertiesDictionary { [key] = value }.Union(update.AdditionalProperties);
        return copy;
    }

    /// <summary>These properties, and of others those whose keys are not there; the others stay as they are.</summary>
    public static AdditionalPropertiesDictionary Union(this AdditionalPropertiesDictionary properties, AdditionalPropertiesDictionary? others)
    {
        foreach (KeyValuePair<string, object?> other in others ?? [])
        {
            properties.TryAdd(other.Key, other.Value);
        }

        return properties;
    }
}
