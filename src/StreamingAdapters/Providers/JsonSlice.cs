using System.Buffers.Text;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>Where a JSON value stands in a frame: a string without its quotes, anything else with all of its text.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Type">The value's first token; <see cref="JsonTokenType.None"/> for a member that is absent.</param>
internal readonly record struct JsonSlice(int Start, int Length, JsonTokenType Type)
{
    /// <summary>The byte after the last.</summary>
    public int End => Start + Length;

    /// <summary>Present, and not null.</summary>
    public bool HasValue => Type is not (JsonTokenType.None or JsonTokenType.Null);

    /// <summary>A string, and not an empty one.</summary>
    public bool HasText => Type == JsonTokenType.String && Length > 0;

    /// <summary>All of a frame.</summary>
    public static JsonSlice Whole(ReadOnlySpan<byte> frame) => new(0, frame.Length, JsonTokenType.StartObject);

    /// <summary>Takes the value that the reader stands on, and leaves the reader on its last token.</summary>
    public static JsonSlice Take(ref Utf8JsonReader reader)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        if (type == JsonTokenType.String)
        {
            return new JsonSlice(start + 1, reader.ValueSpan.Length, type);
        }

        reader.Skip();
        return new JsonSlice(start, (int)reader.BytesConsumed - start, type);
    }

    /// <summary>Takes the value of the member whose name the reader stands on.</summary>
    public static JsonSlice Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Take(ref reader);
    }

    /// <summary>The value's bytes.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> frame) => frame.Slice(Start, Length);

    /// <summary>The text of a string; null for null and absent.</summary>
    /// <exception cref="JsonException">It is a value of another kind.</exception>
    public string? GetString(ReadOnlySpan<byte> frame) => HasValue ? JsonText.ReplaceHalves(JsonText.Decode(GetEscaped(frame))) : null;

    /// <summary>The bytes of a string, escapes included; empty for null and absent.</summary>
    /// <exception cref="JsonException">It is a value of another kind.</exception>
    public ReadOnlySpan<byte> GetEscaped(ReadOnlySpan<byte> frame) => Type switch
    {
        JsonTokenType.String => Of(frame),
        JsonTokenType.None or JsonTokenType.Null => default,
        _ => throw new JsonException($"A string was expected, not {Type}."),
    };

    /// <summary>A number without its fraction; null for anything else.</summary>
    public long? GetNumber(ReadOnlySpan<byte> frame) =>
        Type != JsonTokenType.Number ? null
        : Utf8Parser.TryParse(Of(frame), out long whole, out int read) && read == Length ? whole
        : Utf8Parser.TryParse(Of(frame), out double number, out read) && read == Length ? (long)number
        : null;

    /// <summary>Whether it is true; null and absent are false.</summary>
    /// <exception cref="JsonException">It is a value of another kind.</exception>
    public bool GetBoolean() => Type switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.None or JsonTokenType.Null => false,
        _ => throw new JsonException($"True or false was expected, not {Type}."),
    };

    /// <summary>The value as an element that outlives the frame.</summary>
    public JsonElement GetElement(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> json = Type == JsonTokenType.String ? frame.Slice(Start - 1, Length + 2) : Of(frame);
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>The entries of an array that outlive the frame.</summary>
    /// <exception cref="JsonException">It is a value of another kind.</exception>
    public JsonElement.ArrayEnumerator GetArray(ReadOnlySpan<byte> frame) =>
        Type == JsonTokenType.StartArray ? GetElement(frame).EnumerateArray() : throw new JsonException($"An array was expected, not {Type}.");
}
