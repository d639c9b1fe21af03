using System.Text.Json;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>Where the members of one line stand. One pass, nothing copied.</summary>
internal ref struct OllamaChunk
{
    private bool _hasRest;

    /// <summary>The model.</summary>
    public JsonSlice Model { get; private set; }

    /// <summary>The time of the line; differs on each.</summary>
    public JsonSlice CreatedAt { get; private set; }

    /// <summary>The text, from <c>message.content</c> (chat) or <c>response</c> (generate).</summary>
    public JsonSlice Content { get; private set; }

    /// <summary>The reasoning.</summary>
    public JsonSlice Thinking { get; private set; }

    /// <summary>An error, whatever its shape.</summary>
    public JsonSlice Error { get; private set; }

    /// <summary>The cloud's model behind the name that was asked for.</summary>
    public JsonSlice RemoteModel { get; private set; }

    /// <summary>The cloud's address.</summary>
    public JsonSlice RemoteHost { get; private set; }

    /// <summary>The last line.</summary>
    public bool IsDone { get; private set; }

    /// <summary>One text, of either kind, and nothing that a line like it would have to look at.</summary>
    public readonly bool IsPlainText => !_hasRest && !IsDone && Content.HasText != Thinking.HasText;

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is no JSON object, or a known member has the wrong shape.</exception>
    public static OllamaChunk Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var chunk = default(OllamaChunk);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A line must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            chunk.ReadMember(ref reader);
        }

        // Whatever follows the object is no line of this protocol.
        reader.Read();
        return chunk;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("message"u8))
        {
            reader.Read();
            ReadMessage(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("created_at"u8))
        {
            CreatedAt = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("model"u8))
        {
            Model = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("response"u8))
        {
            Content = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("done"u8))
        {
            IsDone = JsonSlice.Next(ref reader).GetBoolean();
        }
        else if (reader.ValueSpan.SequenceEqual("error"u8))
        {
            Error = JsonSlice.Next(ref reader);
        }
        else
        {
            ReadCloudMember(ref reader);
        }
    }

    private void ReadCloudMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("remote_model"u8))
        {
            RemoteModel = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("remote_host"u8))
        {
            RemoteHost = JsonSlice.Next(ref reader);
        }
        else
        {
            ReadTextMember(ref reader);
        }
    }

    private void ReadMessage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("message must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            if (reader.ValueSpan.SequenceEqual("content"u8))
            {
                Content = JsonSlice.Next(ref reader);
            }
            else if (reader.ValueSpan.SequenceEqual("role"u8))
            {
                JsonSlice.Next(ref reader);
            }
            else
            {
                ReadTextMember(ref reader);
            }
        }
    }

    private void ReadTextMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("thinking"u8))
        {
            Thinking = JsonSlice.Next(ref reader);
        }
        else
        {
            _hasRest |= JsonSlice.Next(ref reader).HasValue;
        }
    }
}
