using System.Text.Json;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Where the members of one event stand that a delta of text or thinking needs. One pass, nothing copied.</summary>
internal ref struct AnthropicEvent
{
    /// <summary>The event's type; the name of the SSE item says the same, where there is one.</summary>
    public JsonSlice Type { get; private set; }

    /// <summary>The delta's type.</summary>
    public JsonSlice DeltaType { get; private set; }

    /// <summary><c>delta.text</c>.</summary>
    public JsonSlice Text { get; private set; }

    /// <summary><c>delta.thinking</c>.</summary>
    public JsonSlice Thinking { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static AnthropicEvent Parse(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var item = default(AnthropicEvent);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An event must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            if (reader.ValueSpan.SequenceEqual("delta"u8))
            {
                reader.Read();
                item.ReadDelta(ref reader);
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

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            if (reader.ValueSpan.SequenceEqual("text"u8))
            {
                Text = JsonSlice.Next(ref reader);
            }
            else if (reader.ValueSpan.SequenceEqual("thinking"u8))
            {
                Thinking = JsonSlice.Next(ref reader);
            }
            else if (reader.ValueSpan.SequenceEqual("type"u8))
            {
                DeltaType = JsonSlice.Next(ref reader);
            }
            else
            {
                JsonSlice.Next(ref reader);
            }
        }
    }
}
