using System.Text.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Where the members of one entry of <c>choices</c> stand in a frame.</summary>
internal struct OpenAIChoice
{
    private OpenAIDelta _delta;
    private OpenAIDelta _message;

    /// <summary>Which of <c>n</c> answers; 0 when the server does not say.</summary>
    public int Index { get; private set; }

    /// <summary>What is new; a whole message where there is no delta. (Perplexity sends the cumulative message beside the delta.)</summary>
    public readonly OpenAIDelta Delta => _delta.IsPresent ? _delta : _message;

    /// <summary>Why the answer ended.</summary>
    public JsonSlice FinishReason { get; private set; }

    /// <summary>Log probabilities.</summary>
    public JsonSlice LogProbs { get; private set; }

    /// <summary>Usage, where older Moonshot servers put it.</summary>
    public JsonSlice Usage { get; private set; }

    /// <summary>Why the answer ended, in the words of OpenRouter's upstream.</summary>
    public JsonSlice NativeFinishReason { get; private set; }

    /// <summary>The text or the token that ended the answer: <c>stop_reason</c> (vLLM) or <c>matched_stop</c> (SGLang).</summary>
    public JsonSlice StopReason { get; private set; }

    /// <inheritdoc cref="StopReason"/>
    public JsonSlice MatchedStop { get; private set; }

    /// <summary>Reads the entry that the reader stands on.</summary>
    /// <exception cref="JsonException">It is no object, or a known member has the wrong shape.</exception>
    public static OpenAIChoice Parse(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A choice must be an object.");
        }

        var choice = default(OpenAIChoice);
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            choice.ReadMember(ref reader);
        }

        return choice;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.SequenceEqual("delta"u8))
        {
            reader.Read();
            _delta = OpenAIDelta.Parse(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("index"u8))
        {
            reader.Read();
            Index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int index) ? index : 0;
            reader.Skip();
        }
        else if (reader.ValueSpan.SequenceEqual("finish_reason"u8))
        {
            FinishReason = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("logprobs"u8))
        {
            LogProbs = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("message"u8))
        {
            reader.Read();
            _message = OpenAIDelta.Parse(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("usage"u8))
        {
            Usage = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("native_finish_reason"u8))
        {
            NativeFinishReason = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("stop_reason"u8))
        {
            StopReason = JsonSlice.Next(ref reader);
        }
        else if (reader.ValueSpan.SequenceEqual("matched_stop"u8))
        {
            MatchedStop = JsonSlice.Next(ref reader);
        }
        else
        {
            JsonSlice.Next(ref reader);
        }
    }
}
