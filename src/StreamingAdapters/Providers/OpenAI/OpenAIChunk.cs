using System.Text.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Where the members of one chunk, or of a whole completion, stand. One pass, nothing copied; members may come in any order.</summary>
internal ref struct OpenAIChunk
{
    private List<OpenAIChoice>? _otherChoices;

    /// <summary>The response's id.</summary>
    public JsonSlice Id { get; private set; }

    /// <summary>The model that answers.</summary>
    public JsonSlice Model { get; private set; }

    /// <summary>Unix seconds: an integer or a fraction, 0 for unknown.</summary>
    public JsonSlice Created { get; private set; }

    /// <summary>What the frame is; <c>error</c> on vLLM.</summary>
    public JsonSlice Object { get; private set; }

    /// <summary>Usage, from the chunk or its choice.</summary>
    public JsonSlice Usage { get; private set; }

    /// <summary>An error, whatever its shape.</summary>
    public JsonSlice Error { get; private set; }

    /// <summary>Groq's own object; holds usage.</summary>
    public JsonSlice XGroq { get; private set; }

    /// <summary>Perplexity's sources, as addresses.</summary>
    public JsonSlice Citations { get; private set; }

    /// <summary>The build that answers.</summary>
    public JsonSlice SystemFingerprint { get; private set; }

    /// <summary>The tier that answers.</summary>
    public JsonSlice ServiceTier { get; private set; }

    /// <summary>OpenRouter's upstream.</summary>
    public JsonSlice Provider { get; private set; }

    /// <summary>Random characters that hide the length of the text: <c>obfuscation</c> (OpenAI, Azure) or <c>p</c> (Mistral).</summary>
    public JsonSlice Padding { get; private set; }

    /// <summary>Choice 0; absent in chunks without choices.</summary>
    public OpenAIChoice Choice { get; private set; }

    /// <summary>Whether choice 0 is in this chunk.</summary>
    public bool HasChoice { get; private set; }

    /// <summary>Whether the member <c>choices</c> is there at all, also empty.</summary>
    public bool HasChoices { get; private set; }

    /// <summary>The choices beside the first, and an entry of index 0 after the first one.</summary>
    public readonly IReadOnlyList<OpenAIChoice> OtherChoices => _otherChoices ?? [];

    /// <summary>Whether all it adds is text of choice 0: seen again, it would change nothing else.</summary>
    public readonly bool IsPlainText =>
        HasChoice && _otherChoices is null && !Usage.HasValue && !XGroq.HasValue && !Citations.HasValue && !Choice.FinishReason.HasValue
        && !Choice.LogProbs.HasValue && !Choice.Usage.HasValue && !Choice.Delta.HasRest
        && Choice.Delta.Content.HasText != Choice.Delta.Reasoning.HasText;

    /// <summary>Reads a frame.</summary>
    /// <exception cref="JsonException">It is no JSON object, or a known member has the wrong shape.</exception>
    public static OpenAIChunk Parse(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        var chunk = default(OpenAIChunk);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A chunk must be an object.");
        }

        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            chunk.ReadMember(ref reader);
        }

        // Whatever follows the object is no chunk of this protocol.
        reader.Read();
        return chunk;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("choices"u8))
        {
            reader.Read();
            ReadChoices(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("id"u8))
        {
            Id = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("model"u8))
        {
            Model = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("created"u8))
        {
            Created = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("usage"u8))
        {
            Usage = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("error"u8))
        {
            Error = JsonSlice.Next(ref reader);
        }
        else
        {
            ReadRareMember(ref reader);
        }
    }

    private void ReadRareMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("object"u8))
        {
            Object = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("system_fingerprint"u8))
        {
            SystemFingerprint = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("service_tier"u8))
        {
            ServiceTier = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("provider"u8))
        {
            Provider = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("x_groq"u8))
        {
            XGroq = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("citations"u8))
        {
            Citations = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("obfuscation"u8) || reader.ValueSpan.SequenceEqual("p"u8))
        {
            Padding = JsonSlice.Next(ref reader);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("choices must be an array.");
        }

        HasChoices = true;
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            OpenAIChoice choice = OpenAIChoice.Parse(ref reader);
            if (choice.Index == 0 && !HasChoice)
            {
                (Choice, HasChoice) = (choice, true);
            }
            else
            {
                (_otherChoices ??= []).Add(choice);
            }
        }
    }
}
