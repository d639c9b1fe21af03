using System.Text.Json;

namespace StreamingAdapters.Providers.LMStudio;

/// <summary>Where the members of one event stand that a delta of text or reasoning needs. One pass, nothing copied.</summary>
internal ref struct LMStudioEvent
{
    /// <summary>The event's type; the name of the SSE item says the same.</summary>
    public JsonSlice Type { get; private set; }

    /// <summary>The text of a delta.</summary>
    public JsonSlice Content { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static LMStudioEvent Parse(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var item = default(LMStudioEvent);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An event must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            if (reader.ValueSpan.SequenceEqual("content"u8))
            {
                item.Content = JsonSlice.Next(ref reader);
            }
            else if (reader.ValueSpan.SequenceEqual("type"u8))
            {
                item.Type = JsonSlice.Next(ref reader);
            }
            else
            {
                JsonSlice.Next(ref reader);
            }
        }

        // Whatever follows the object is no event of this protocol.
        reader.Read();
        return item;
    }
}
