using System.Text.Json;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Where the members of one event stand that a delta of text or reasoning needs. One pass, nothing copied.</summary>
internal ref struct OpenAIResponsesEvent
{
    /// <summary>The event's type. The name of the SSE item says the same, but OpenRouter and Bedrock send none.</summary>
    public JsonSlice Type { get; private set; }

    /// <summary>What is new: a string in events that are deltas.</summary>
    public JsonSlice Delta { get; private set; }

    /// <summary>The item that the event belongs to, by its place in the answer.</summary>
    public JsonSlice OutputIndex { get; private set; }

    /// <summary>The event's own number.</summary>
    public JsonSlice SequenceNumber { get; private set; }

    /// <summary>The item's id, which some servers change from event to event.</summary>
    public JsonSlice ItemId { get; private set; }

    /// <summary>Random characters that hide the length of the text.</summary>
    public JsonSlice Padding { get; private set; }

    /// <summary>Log probabilities: an array, empty where none were asked for.</summary>
    public JsonSlice LogProbs { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static OpenAIResponsesEvent Parse(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var item = default(OpenAIResponsesEvent);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An event must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            item.ReadMember(ref reader);
        }

        // Whatever follows the object is no event of this protocol.
        reader.Read();
        return item;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("type"u8))
        {
            Type = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("delta"u8))
        {
            Delta = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("output_index"u8))
        {
            OutputIndex = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("sequence_number"u8))
        {
            SequenceNumber = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("item_id"u8))
        {
            ItemId = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("obfuscation"u8))
        {
            Padding = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("logprobs"u8))
        {
            LogProbs = JsonSlice.Next(ref reader);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }
}
