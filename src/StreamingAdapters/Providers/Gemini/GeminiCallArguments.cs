using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>The arguments of a call that come piece by piece, each at its path (<c>$.a.b[0]</c>); pieces of a string at one path are joined.</summary>
internal sealed class GeminiCallArguments
{
    // Deeper than any reader of JSON goes.
    private const int MaxSteps = 64;

    private readonly JsonObject _root = [];
    private string? _text;

    /// <summary>Whether the last piece said that its value goes on.</summary>
    public bool IsInsideValue { get; private set; }

    /// <summary>The arguments so far: JSON, or what came in its place.</summary>
    public string ToJson() => _text ?? _root.ToJsonString();

    /// <summary>Adds arguments that came whole: an object by the protocol; some gateways send its text.</summary>
    public void Merge(JsonElement arguments)
    {
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            AddMembers(_root, arguments);
        }
        else
        {
            _text = JsonText.GetString(arguments) ?? JsonRepair.Repair(arguments);
        }
    }

    /// <summary>Adds one entry of <c>partialArgs</c>.</summary>
    /// <exception cref="JsonException">Its path is none.</exception>
    public void Add(JsonElement piece)
    {
        object[] path = [.. Steps(piece.Text("jsonPath"u8) ?? throw new JsonException("A partial argument has no path."))];
        if (path.Length is 0 or > MaxSteps || path[0] is not string)
        {
            throw new JsonException("A partial argument's path leads to no argument.");
        }

        IsInsideValue = piece.GetBoolean("willContinue"u8);
        JsonNode owner = _root;
        for (int i = 0; i < path.Length - 1; i++)
        {
            owner = Child(owner, path[i]) ?? Put(owner, path[i], path[i + 1] is int ? new JsonArray() : new JsonObject())!;
        }

        // An entry without a value only ends the one before.
        if (HasValue(piece))
        {
            Put(owner, path[^1], Value(piece, Child(owner, path[^1])));
        }
    }

    // A value that is null may be written as one.
    private static bool HasValue(JsonElement piece) => piece.EnumerateObject().Any(member => member.NameText() is "stringValue" or "numberValue" or "boolValue" or "nullValue");

    private static JsonNode? Value(JsonElement piece, JsonNode? before)
    {
        if (piece.TryGet("stringValue"u8, out _))
        {
            // As it is: a piece may end between two surrogates.
            string text = JsonText.Decode(piece.EscapedText("stringValue"u8));
            return (before is JsonValue value && value.TryGetValue(out string? beginning) ? beginning : "") + text;
        }

        if (piece.TryGet("numberValue"u8, out JsonElement number))
        {
            return number.ValueKind == JsonValueKind.Number ? Node(number) : throw new JsonException("numberValue must be a number.");
        }

        return piece.TryGet("boolValue"u8, out _) ? JsonValue.Create(piece.GetBoolean("boolValue"u8)) : null;
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => AddMembers([], value),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Node)]),
        _ => JsonNode.Parse(JsonRepair.Repair(value)),
    };

    // The framework's own objects fail on a name that is there twice; here the last one counts.
    private static JsonObject AddMembers(JsonObject owner, JsonElement members)
    {
        foreach (JsonProperty member in members.EnumerateObject())
        {
            owner[member.NameText()] = Node(member.Value);
        }

        return owner;
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
