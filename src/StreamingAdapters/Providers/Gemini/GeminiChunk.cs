using System.Text.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Where the members of one response stand. One pass, nothing copied.</summary>
internal ref struct GeminiChunk
{
    private JsonSlice _object;

    /// <summary>The response's id.</summary>
    public JsonSlice ResponseId { get; private set; }

    /// <summary>The model.</summary>
    public JsonSlice ModelVersion { get; private set; }

    /// <summary>The time of the response; Vertex sends it.</summary>
    public JsonSlice CreateTime { get; private set; }

    /// <summary>Token use, cumulative.</summary>
    public JsonSlice Usage { get; private set; }

    /// <summary>What is wrong with the prompt.</summary>
    public JsonSlice PromptFeedback { get; private set; }

    /// <summary>An error.</summary>
    public JsonSlice Error { get; private set; }

    /// <summary>Whether there are candidates at all.</summary>
    public bool HasCandidates { get; private set; }

    /// <summary>Candidate 0.</summary>
    public GeminiCandidate Candidate { get; private set; }

    /// <summary>Reads a response.</summary>
    /// <exception cref="JsonException">It is no JSON object, or a known member has the wrong shape.</exception>
    public static GeminiChunk Parse(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var chunk = default(GeminiChunk);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A response must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            chunk.ReadMember(ref reader);
        }

        // Whatever follows the object is no response of this protocol.
        reader.Read();
        return chunk;
    }

    /// <summary>Whether it holds anything that is known.</summary>
    public readonly bool SaysAnything => HasCandidates || PromptFeedback.HasValue || Usage.HasValue || ResponseId.HasValue || ModelVersion.HasValue;

    /// <summary>Whether it says that it is an error and nothing else, as gateways write it.</summary>
    public readonly bool IsErrorObject(ReadOnlySpan<byte> data) => _object.Type == JsonTokenType.String && _object.Of(data).SequenceEqual("error"u8);

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("candidates"u8))
        {
            reader.Read();
            ReadCandidates(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("usageMetadata"u8))
        {
            Usage = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("modelVersion"u8))
        {
            ModelVersion = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("responseId"u8))
        {
            ResponseId = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("createTime"u8))
        {
            CreateTime = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("promptFeedback"u8))
        {
            PromptFeedback = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("error"u8))
        {
            Error = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("object"u8))
        {
            _object = JsonSlice.Next(ref reader);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }

    private void ReadCandidates(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("candidates must be an array.");
        }

        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var candidate = GeminiCandidate.Read(ref reader);
            HasCandidates = true;
            if (candidate.IsFirst)
            {
                Candidate = candidate;
            }
        }
    }
}
