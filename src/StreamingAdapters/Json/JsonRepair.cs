using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamingAdapters.Json;

/// <summary>
/// Makes JSON that a model wrote safe to read. An escape of half a surrogate pair (<c>"\ud83d"</c>) is legal JSON, and bytes that are no UTF-8 pass the parser,
/// but whoever reads such a string from a <see cref="JsonElement"/> gets an exception.
/// </summary>
internal static class JsonRepair
{
    private const int EscapeLength = 6;

    /// <summary>Escapes of halves that have no other half become <c>\ufffd</c>; all other text, also what is no JSON, stays as it is.</summary>
    public static string Repair(string json)
    {
        StringBuilder? repaired = null;
        int copied = 0;
        for (int at = json.IndexOf('\\'); at >= 0; at = IndexOf(json, at))
        {
            char unit = Unit(json, at);
            if (!char.IsSurrogate(unit))
            {
                at += 2;
            }
            else if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(Unit(json, at + EscapeLength)))
            {
                at += 2 * EscapeLength;
            }
            else
            {
                (repaired ??= new StringBuilder(json.Length)).Append(json, copied, at - copied).Append("\\ufffd");
                at += EscapeLength;
                copied = at;
            }
        }

        return repaired is null ? json : repaired.Append(json, copied, json.Length - copied).ToString();
    }

    /// <summary>The element's JSON, repaired; bytes that are no UTF-8 become U+FFFD.</summary>
    public static string Repair(JsonElement element) => Repair(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)));

    /// <summary>The element itself where nothing has to be repaired, else one that was.</summary>
    public static JsonElement ToReadable(JsonElement element)
    {
        string json = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
        string repaired = Repair(json);
        return ReferenceEquals(json, repaired) && !json.Contains('\uFFFD', StringComparison.Ordinal) ? element : JsonElement.Parse(repaired);
    }

    /// <summary>An object with the element's members, repaired; of two with one name the last.</summary>
    public static JsonObject ToObject(JsonElement element)
    {
        var copy = new JsonObject();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            copy[member.NameText()] = JsonNode.Parse(Repair(member.Value));
        }

        return copy;
    }

    private static int IndexOf(string json, int start) => start < json.Length ? json.IndexOf('\\', start) : -1;

    // The UTF-16 unit of the escape at a position; 0 where no such escape stands.
    private static char Unit(string json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
            ? (char)unit
            : '\0';
}
