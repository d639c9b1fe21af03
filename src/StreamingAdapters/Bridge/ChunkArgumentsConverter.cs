using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>Arguments are text; a layer that has parsed them already hands out the object.</summary>
internal sealed class ChunkArgumentsConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.GetString();
        }

        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("The arguments of a tool call have to be a text or an object.");
        }

        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
