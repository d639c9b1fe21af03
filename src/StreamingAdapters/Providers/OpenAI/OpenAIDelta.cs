using System.Text.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Where the members of a <c>delta</c>, or of a whole <c>message</c>, stand in a frame.</summary>
internal struct OpenAIDelta
{
    /// <summary>Whether the object was there.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>Text: a string, or an array of parts (Mistral, Databricks).</summary>
    public JsonSlice Content { get; private set; }

    /// <summary>Reasoning: the first of its names that is not empty.</summary>
    public JsonSlice Reasoning { get; private set; }

    /// <summary>Reasoning as fragments with signatures.</summary>
    public JsonSlice ReasoningDetails { get; private set; }

    /// <summary>A refusal's text.</summary>
    public JsonSlice Refusal { get; private set; }

    /// <summary>Fragments of tool calls.</summary>
    public JsonSlice ToolCalls { get; private set; }

    /// <summary>A fragment of a legacy call.</summary>
    public JsonSlice FunctionCall { get; private set; }

    /// <summary>Citations.</summary>
    public JsonSlice Annotations { get; private set; }

    /// <summary>Images.</summary>
    public JsonSlice Images { get; private set; }

    /// <summary>Whether it holds more than one string of text or reasoning.</summary>
    public readonly bool HasRest =>
        Content.Type == JsonTokenType.StartArray || ReasoningDetails.HasValue || (Refusal.HasValue && Refusal.Length > 0) || ToolCalls.HasValue || FunctionCall.HasValue
        || Annotations.HasValue || Images.HasValue;

    /// <summary>Reads the object that the reader stands on; null leaves everything absent.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    public static OpenAIDelta Parse(ref Utf8JsonReader reader)
    {
        var delta = default(OpenAIDelta);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return delta;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A delta must be an object.");
        }

        delta.IsPresent = true;
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            delta.ReadMember(ref reader);
        }

        return delta;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("content"u8))
        {
            Content = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("reasoning_content"u8) || reader.ValueSpan.SequenceEqual("reasoning"u8))
        {
            JsonSlice reasoning = JsonSlice.Next(ref reader);
            Reasoning = Reasoning.Length > 0 || !reasoning.HasValue ? Reasoning : reasoning;
        }
        else if (reader.ValueSpan.SequenceEqual("role"u8))
        {
            JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("tool_calls"u8))
        {
            ToolCalls = JsonSlice.Next(ref reader);
        }
        else
        {
            ReadRareMember(ref reader);
        }
    }

    private void ReadRareMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("reasoning_details"u8))
        {
            ReasoningDetails = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("refusal"u8))
        {
            Refusal = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("function_call"u8))
        {
            FunctionCall = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("annotations"u8))
        {
            Annotations = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("images"u8))
        {
            Images = JsonSlice.Next(ref reader);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }
}
