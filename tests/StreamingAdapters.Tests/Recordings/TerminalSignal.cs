using System.Text.Json;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>
/// Finds in raw text, without any decoder of ours, what says that an answer is whole: Ollama's line with <c>done:true</c>, chat completions' <c>[DONE]</c>,
/// or a whole body that was not streamed. A chunk's finish reason is seen in the updates.
/// </summary>
internal static class TerminalSignal
{
    public static string[] Lines(string text) => text.Split('\n', '\r');

    /// <summary>The data lines of server-sent events.</summary>
    public static IEnumerable<string> Data(string text) =>
        Lines(text).Where(static line => line.StartsWith("data:", StringComparison.Ordinal)).Select(static line => line["data:".Length..].Trim());

    /// <summary>Whether the data of an event say it, or the body as one JSON object.</summary>
    public static bool HasData(string text, Func<JsonElement, bool> isSignal) => Has(text, isSignal) || Data(text).Any(data => Has(data, isSignal));

    /// <summary>Whether a whole object of an array, or one that stands alone, has one of these members anywhere, or the array is closed.</summary>
    public static bool HasInArray(string text, params string[] members)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), isFinalBlock: false, default);
        bool isSeen = false;
        int outside = text.TrimStart().StartsWith('[') ? 1 : 0;
        try
        {
            while (reader.Read())
            {
                isSeen |= reader.TokenType == JsonTokenType.PropertyName && members.Contains(reader.GetString());
                bool isEnd = (reader.TokenType == JsonTokenType.EndObject && isSeen && reader.CurrentDepth == outside) || (reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == 0);
                if (isEnd)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // A cut is none.
        }

        return false;
    }

    /// <summary>Whether it is one JSON object that says it.</summary>
    public static bool Has(string json, Func<JsonElement, bool> isSignal)
    {
        if (!json.StartsWith('{'))
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return isSignal(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
