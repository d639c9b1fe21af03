using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Text and reasoning in the shapes that are not a plain string.</summary>
internal static class OpenAIParts
{
    /// <summary>The strings of a content that is an array. Mistral: text, thinking, reference. Databricks: text, reasoning with a summary.</summary>
    public static IEnumerable<(JsonElement Text, bool IsReasoning)> OfContent(JsonElement parts)
    {
        foreach (JsonElement part in parts.EnumerateArray())
        {
            string? type = part.Text("type"u8);
            foreach (JsonElement text in type switch
            {
                "text" => Strings(part, "text"),
                "thinking" => Strings(part, "thinking"),
                "reasoning" => Strings(part, "summary"),
                _ => [],
            })
            {
                yield return (text, type != "text");
            }
        }
    }

    /// <summary>The readable strings of <c>reasoning_details</c>.</summary>
    public static IEnumerable<JsonElement> OfDetails(IEnumerable<JsonElement> details) =>
        details.SelectMany(detail => Strings(detail, "text").Concat(Strings(detail, "summary")));

    // A string, or an array of objects that each hold one.
    private static IEnumerable<JsonElement> Strings(JsonElement owner, string name)
    {
        if (!owner.TryGet(name, out JsonElement value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Strings(item, "text")),
            _ => [],
        };
    }
}
