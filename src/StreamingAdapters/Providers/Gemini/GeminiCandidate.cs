using System.Text.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Where the members of one candidate stand: one part that is text and nothing else is read here, anything else by its element.</summary>
internal struct GeminiCandidate
{
    private bool _hasOtherParts;
    private bool _hasRest;
    private int _parts;
    private JsonSlice _thought;

    /// <summary>All of it.</summary>
    public JsonSlice Whole { get; private set; }

    /// <summary>The text of the only part.</summary>
    public JsonSlice Text { get; private set; }

    /// <summary>Why it ended.</summary>
    public JsonSlice FinishReason { get; private set; }

    /// <summary>Whether it is the answer; others are not read.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>Whether it holds one text, and nothing that its element would have to be read for.</summary>
    public readonly bool IsPlain => _parts == 1 && Text.Type == JsonTokenType.String && !_hasOtherParts && !_hasRest;

    /// <summary>Whether the text is a thought.</summary>
    public readonly bool IsThought => _thought.GetBoolean();

    /// <summary>Reads the candidate that the reader stands on.</summary>
    /// <exception cref="JsonException">A known member has the wrong shape.</exception>
    public static GeminiCandidate Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A candidate must be an object.");
        }

        int start = (int)reader.TokenStartIndex;
        var candidate = new GeminiCandidate { IsFirst = true };
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            candidate.ReadMember(ref reader);
        }

        candidate.Whole = new JsonSlice(start, (int)reader.BytesConsumed - start, JsonTokenType.StartObject);
        return candidate;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("content"u8))
        {
            reader.Read();
            ReadContent(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("finishReason"u8))
        {
            FinishReason = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("index"u8))
        {
            reader.Read();
            IsFirst = reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.Number ? reader.TryGetInt32(out int index) && index == 0 : throw new JsonException("index must be a number."));
        }
        else if (reader.ValueSpan.SequenceEqual("safetyRatings"u8))
        {
            JsonSlice.Next(ref reader);
        }
        else
        {
            _hasRest |= JsonSlice.Next(ref reader).HasValue;
        }
    }

    private void ReadContent(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("content must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            bool isParts = reader.ValueSpan.SequenceEqual("parts"u8);
            reader.Read();
            if (isParts && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadParts(ref reader);
            }
            else if (isParts && reader.TokenType != JsonTokenType.Null)
            {
                throw new JsonException("parts must be an array.");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadParts(ref Utf8JsonReader reader)
    {
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            _parts++;
            if (_parts > 1 || reader.TokenType != JsonTokenType.StartObject)
            {
                _hasOtherParts = true;
                reader.Skip();
                continue;
            }

            ReadPart(ref reader);
        }
    }

    private void ReadPart(ref Utf8JsonReader reader)
    {
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            if (reader.ValueSpan.SequenceEqual("text"u8))
            {
                Text = JsonSlice.Next(ref reader);
            }
            else if (reader.ValueSpan.SequenceEqual("thought"u8))
            {
                _thought = JsonSlice.Next(ref reader);
            }
            else
            {
                _hasOtherParts |= JsonSlice.Next(ref reader).HasValue;
            }
        }
    }
}
