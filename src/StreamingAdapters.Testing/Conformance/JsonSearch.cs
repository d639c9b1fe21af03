using System.Text.Json;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Finds values in a request's body.</summary>
internal static class JsonSearch
{
    /// <summary>The value at a path of member names joined by dots; the empty path is the value itself.</summary>
    public static JsonElement? At(JsonElement json, string path)
    {
        JsonElement found = json;
        foreach (string name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.ValueKind is not JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found;
    }

    /// <summary>Whether a string anywhere in it contains a text.</summary>
    public static bool HasText(JsonElement json, string text) => Strings(json).Any(value => value.Contains(text, StringComparison.Ordinal));

    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(static member => Strings(member.Value)),
        _ => [],
    };
}
