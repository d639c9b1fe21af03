using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Updates as text, everything that they say: ids that are made up by their order, so that two runs compare and ids of two attempts show.</summary>
internal static partial class ComparableUpdates
{
    public static string[] Of(IEnumerable<ChatResponseUpdate> updates)
    {
        List<string> ids = [];
        return [.. updates.Select(update => Guids().Replace(AIJson.Text(WithoutAttempts(update)), made => NumberOf(made.Value, ids)))];
    }

    private static string NumberOf(string id, List<string> ids)
    {
        if (!ids.Contains(id))
        {
            ids.Add(id);
        }

        return string.Create(CultureInfo.InvariantCulture, $"#{ids.IndexOf(id)}");
    }

    // Recovery alone writes them.
    private static ChatResponseUpdate WithoutAttempts(ChatResponseUpdate update)
    {
        if (update.AdditionalProperties?.ContainsKey(StreamingKeys.Attempts) is not true)
        {
            return update;
        }

        ChatResponseUpdate without = update.Clone();
        without.AdditionalProperties = new AdditionalPropertiesDictionary(update.AdditionalProperties);
        without.AdditionalProperties.Remove(StreamingKeys.Attempts);
        without.AdditionalProperties = without.AdditionalProperties.Count > 0 ? without.AdditionalProperties : null;
        return without;
    }

    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Guids();
}
