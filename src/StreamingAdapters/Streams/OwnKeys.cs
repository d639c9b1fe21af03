using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Takes what stages wrote out of messages, so that saved answers change neither requests nor cache keys; what a provider said stays.</summary>
internal static class OwnKeys
{
    /// <summary>The messages without our keys: the same instances where there are none, copies where there are.</summary>
    public static IReadOnlyList<ChatMessage> RemoveFrom(IReadOnlyList<ChatMessage> messages)
    {
        int first = 0;
        while (first < messages.Count && !HasKeys(messages[first]))
        {
            first++;
        }

        return first == messages.Count ? messages : MessageSnapshot.Of(messages.Select(message => HasKeys(message) ? Without(message) : message));
    }

    /// <summary>The properties without our keys: the same instance where there are none, null where nothing is left.</summary>
    public static AdditionalPropertiesDictionary? RemoveFrom(AdditionalPropertiesDictionary? properties)
    {
        if (!HasKeys(properties))
        {
            return properties;
        }

        var others = new AdditionalPropertiesDictionary(properties!.Where(property => !StreamingKeys.IsOfAStage(property.Key)));
        return others.Count > 0 ? others : null;
    }

    private static bool HasKeys(ChatMessage message) => HasKeys(message.AdditionalProperties);

    private static bool HasKeys(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null)
        {
            return false;
        }

        foreach (KeyValuePair<string, object?> property in properties)
        {
            if (StreamingKeys.IsOfAStage(property.Key))
            {
                return true;
            }
        }

        return false;
    }

    private static ChatMessage Without(ChatMessage message)
    {
        ChatMessage copy = message.Clone();
        copy.AdditionalProperties = RemoveFrom(message.AdditionalProperties);
        return copy;
    }
}
