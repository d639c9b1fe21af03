using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>The arguments of a call that come piece by piece, each at its path (<c>$.a.b[0]</c>); pieces of a string at one path are joined.</summary>
internal sealed class GeminiCallArguments
{
    private readonly JsonObject _root = [];

    /// <summary>The arguments so far.</summary>
    public string ToJson() => _root.ToJsonString();

    /// <summary>Begins with arguments that came whole.</summary>
    public void Merge(JsonElement arguments)
    {
        if (arguments.ValueKind == JsonValueKind.Object && JsonNode.Parse(JsonRepair.Repair(arguments)) is JsonObject whole)
        {
            foreach ((string name, JsonNode? value) in whole)
            {
                _root[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>Adds one entry of <c>partialArgs</c>.</summary>
    /// <exception cref="JsonException">Its path is none.</exception>
    public void Add(JsonElement piece)
    {
        object[] path = [.. Steps(piece.Text("jsonPath"u8) ?? throw new JsonException("A partial argument has no path."))];
        if (path.Length == 0 || path[0] is not string)
        {
            throw new JsonException("A partial argument's path leads to no argument.");
        }

        JsonNode owner = _root;
        for (int i = 0; i < path.Length - 1; i++)
        {
            owner = Child(owner, path[i]) ?? Put(owner, path[i], path[i + 1] is int ? new JsonArray() : new JsonObject())!;
        }

        JsonNode? before = Child(owner, path[^1]);
        Put(owner, path[^1], Value(piece, before));
    }

    private static JsonNode? Value(JsonElement piece, JsonNode? before)
    {
        if (piece.Text("stringValue"u8) is { } text)
        {
            return (before is JsonValue value && value.TryGetValue(out string? beginning) ? beginning : "") + text;
        }

        return piece.TryGet("numberValue"u8, out JsonElement other) || piece.TryGet("boolValue"u8, out other) ? JsonNode.Parse(other.GetRawText()) : null;
    }

    private static JsonNode? Child(JsonNode owner, object step) => (owner, step) switch
    {
        (JsonObject members, string name) => members[name],
        (JsonArray items, int index) => index < items.Count ? items[index] : null,
        _ => throw new JsonException("Partial arguments contradict each other."),
    };

    private static JsonNode? Put(JsonNode owner, object step, JsonNode? value)
    {
        if (owner is JsonObject members)
        {
            members[(string)step] = value;
            return value;
        }

        var items = (JsonArray)owner;
        while (items.Count <= (int)step)
        {
            items.Add(null);
        }

        items[(int)step] = value;
        return value;
    }

    // $.name, $['name'], $[0], and any sequence of them; an index is bounded, since a gap is filled.
    private static IEnumerable<object> Steps(string path)
    {
        int at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                int close = path.IndexOf(']', at);
                string inner = close < 0 ? throw new JsonException("A partial argument's path is not closed.") : path[(at + 1)..close];
                bool isIndex = int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
                yield return isIndex && index <= 10_000 ? index : isIndex ? throw new JsonException("A partial argument's index is too large.") : inner.Trim('\'', '"');
                at = close + 1;
            }
            else
            {
                at += path[at] == '.' ? 1 : 0;
                int end = path.AsSpan(at).IndexOfAny('.', '[') is var length and >= 0 ? at + length : path.Length;
                yield return path[at..end];
                at = end;
            }
        }
    }
}
