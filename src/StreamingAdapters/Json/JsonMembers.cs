using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Json;

/// <summary>Members of JSON that a server wrote, by their plain names.</summary>
/// <remarks>The framework's look-ups unescape every name on their way, and throw when any of them holds half a surrogate pair.</remarks>
internal static class JsonMembers
{
    /// <summary>The member that is not null, the last of its name; false when there is none, or the element is no object.</summary>
    public static bool TryGet(this JsonElement owner, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        if (owner.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (JsonProperty member in owner.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && JsonMarshal.GetRawUtf8PropertyName(member).SequenceEqual(name))
            {
                value = member.Value;
            }
        }

        return value.ValueKind != JsonValueKind.Undefined;
    }

    /// <inheritdoc cref="TryGet(JsonElement, ReadOnlySpan{byte}, out JsonElement)"/>
    public static bool TryGet(this JsonElement owner, string name, out JsonElement value) => owner.TryGet(Encoding.UTF8.GetBytes(name), out value);

    /// <summary>The member, which has to be an object where it is there and not null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static bool TryGetObject(this JsonElement owner, ReadOnlySpan<byte> name, out JsonElement value)
    {
        bool isThere = owner.TryGet(name, out value);
        if (isThere && value.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"{Encoding.UTF8.GetString(name)} must be an object.");
        }

        return isThere;
    }

    /// <summary>The member's name as text, with half surrogates replaced.</summary>
    public static string NameText(this JsonProperty member) => JsonText.ReplaceHalves(JsonText.Decode(JsonMarshal.GetRawUtf8PropertyName(member)));

    /// <summary>The member if it is an array; empty otherwise.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    /// <summary>The objects of a member that has to be an array of them; none where it is null or absent.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static JsonElement[] Objects(this JsonElement owner, ReadOnlySpan<byte> name)
    {
        bool isThere = owner.TryGet(name, out JsonElement value);
        JsonElement[] objects = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
        return !isThere || (value.ValueKind == JsonValueKind.Array && Array.TrueForAll(objects, one => one.ValueKind == JsonValueKind.Object))
            ? objects
            : throw new JsonException($"{Encoding.UTF8.GetString(name)} must be an array of objects.");
    }

    /// <summary>The member if it is a string, with half surrogates replaced.</summary>
    public static string? Text(this JsonElement owner, ReadOnlySpan<byte> name) => owner.TryGet(name, out JsonElement value) ? JsonText.GetString(value) : null;

    /// <summary>The bytes of a member that has to be a string, escapes included; empty where it is null or absent.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ReadOnlySpan<byte> EscapedText(this JsonElement owner, ReadOnlySpan<byte> name) =>
        !owner.TryGet(name, out JsonElement value) ? default
        : value.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value)[1..^1]
        : throw new JsonException($"{Encoding.UTF8.GetString(name)} must be a string.");

    /// <summary>The text of a member that has to be a string, with half surrogates replaced; empty where it is null or absent.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static string DecodedText(this JsonElement owner, ReadOnlySpan<byte> name) => JsonText.ReplaceHalves(JsonText.Decode(owner.EscapedText(name)));

    /// <summary>Whether the member is true, which has to be that or false where it is there and not null.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static bool GetBoolean(this JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.TryGet(name, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new JsonException($"{Encoding.UTF8.GetString(name)} must be true or false."),
        };

    /// <summary>The member if it is a number, without its fraction.</summary>
    public static long? Number(this JsonElement owner, string name) =>
        owner.TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out long whole) ? whole : (long)value.GetDouble()
            : null;
}
