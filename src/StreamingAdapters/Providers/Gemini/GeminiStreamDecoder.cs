using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Responses of <c>generateContent</c> to updates. Whole at the body's end, once a finish reason or a block reason came or an array that holds something was closed.</summary>
internal sealed class GeminiStreamDecoder(ErrorContext context, bool fastPath = true) : StreamDecoder(context, fastPath)
{
    private readonly GeminiSources _sources = new();
    private GeminiUsage _usage;
    private GeminiOpenCall? _openCall;
    private string? _finishReason;
    private string? _blockReason;
    private bool _hasCalls;
    private bool _hasResponse;
    private bool _isClosed;

    /// <inheritdoc/>
    protected override bool MayEnd => _finishReason is not null || _blockReason is not null || (_isClosed && _hasResponse);

    /// <inheritdoc/>
    protected override AdditionalPropertiesDictionary OfReasoning => OwnContent.ProtectedBy(GeminiJson.Protocol);

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);
        // Gateways end every stream as chat completions do.
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        if (data.SequenceEqual("]"u8))
        {
            _isClosed = true;
        }
        else if (MarkedError.Is(in frame))
        {
            Fail(ChatErrorMapper.FromError(MarkedError.Parse(in frame), Context));
        }
        else if (data[0] == '[')
        {
            DecodeArray(data);
        }
        else
        {
            DecodeResponse(data, frame.Kind == FrameKind.Bare);
        }
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        CloseCall(isCut: _finishReason == "MAX_TOKENS" || _openCall?.IsInsideValue is true);
        FlushText();
        if (_finishReason is null && _blockReason is not null)
        {
            SetFinishReason(ChatFinishReason.ContentFilter, _blockReason);
        }
        else if (_finishReason is not null)
        {
            SetFinishReason(GeminiJson.FinishReason(_finishReason, _hasCalls), _finishReason);
        }

        base.Complete();
    }

    // An array where events were expected, one response after the other: a cut takes nothing from those before it.
    private void DecodeArray(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            DecodeResponse(JsonSlice.Take(ref reader).Of(data), isBare: false);
        }

        _isClosed = true;
    }

    private void DecodeResponse(ReadOnlySpan<byte> data, bool isBare)
    {
        if (Failure is not null)
        {
            return;
        }

        var chunk = GeminiChunk.Parse(data);
        _hasResponse |= chunk.SaysAnything;
        ResponseId ??= chunk.ResponseId.HasText ? chunk.ResponseId.GetString(data) : null;
        ModelId ??= chunk.ModelVersion.HasText ? chunk.ModelVersion.GetString(data) : null;
        CreatedAt ??= chunk.CreateTime.HasText ? ParseTime(chunk.CreateTime.GetString(data)) : null;
        ReadUsage(chunk, data);
        if (chunk.HasCandidates)
        {
            DecodeCandidate(chunk.Candidate, data);
        }

        if (chunk.PromptFeedback.HasValue)
        {
            ReadPromptFeedback(chunk.PromptFeedback.GetElement(data));
        }

        if (chunk.Error.HasValue || chunk.IsErrorObject(data) || (isBare && !chunk.HasCandidates && !chunk.PromptFeedback.HasValue))
        {
            FailWithError(JsonSlice.Whole(data).GetElement(data));
        }
        else if (chunk.Candidate.IsPlain && chunk.Candidate.Text.HasText && !chunk.Candidate.FinishReason.HasValue && !chunk.PromptFeedback.HasValue)
        {
            Learn(data, chunk.Candidate.Text, default);
        }
    }

    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private void ReadUsage(in GeminiChunk chunk, ReadOnlySpan<byte> data)
    {
        if (chunk.Usage.HasValue && chunk.Usage.Type != JsonTokenType.StartObject)
        {
            throw new JsonException("usageMetadata must be an object.");
        }

        GeminiUsage counts = chunk.Usage.HasValue ? GeminiUsage.Read(chunk.Usage.Of(data), in _usage) : default;
        if (counts.ToDetails() is not { } now)
        {
            return;
        }

        UsageDetails? before = Usage;
        (_usage, Usage) = (counts, now);
        if (!chunk.Candidate.FinishReason.HasValue)
        {
            TellUsageSoFar(before);
        }
    }

    private void DecodeCandidate(in GeminiCandidate candidate, ReadOnlySpan<byte> data)
    {
        if (candidate.IsPlain)
        {
            AppendText(candidate.Text.GetEscaped(data), candidate.IsThought);
        }
        else if (candidate.Whole.HasValue)
        {
            DecodeRare(candidate.Whole.GetElement(data));
        }

        // Text may follow it: the last one wins, at the end.
        _finishReason = candidate.FinishReason.GetString(data) is { Length: > 0 } reason ? reason : _finishReason;
    }

    private void DecodeRare(JsonElement candidate)
    {
        if (candidate.TryGet("content"u8, out JsonElement content))
        {
            foreach (JsonElement part in content.Items("parts"u8))
            {
                DecodePart(part);
            }
        }

        if (candidate.Text("finishMessage"u8) is { } message)
        {
            SetProperty("finishMessage", message);
        }

        Tell(candidate, "groundingMetadata");
        if (_sources.TakeNew(candidate) is { } cited)
        {
            FlushText();
            Add(cited);
        }
    }

    private void DecodePart(JsonElement part)
    {
        string? signature = part.DecodedText("thoughtSignature"u8) is { Length: > 0 } given ? given : null;
        if (part.TryGetObject("functionCall"u8, out JsonElement call))
        {
            DecodeCall(call, signature);
            return;
        }

        AppendText(part.EscapedText("text"u8), part.GetBoolean("thought"u8));
        if (!part.TryGet("text"u8, out _) && GeminiJson.ToContent(part) is { } content)
        {
            FlushText();
            if (signature is not null)
            {
                (content.AdditionalProperties ??= [])[GeminiJson.Signature] = signature;
            }

            Add(content);
        }
        else if (signature is not null)
        {
            FlushText();
            Add(new TextReasoningContent("") { ProtectedData = signature, AdditionalProperties = OfReasoning });
        }
    }

    // A call without a name goes on with the one that is open.
    private void DecodeCall(JsonElement call, string? signature)
    {
        FlushText();
        if (call.DecodedText("name"u8) is { Length: > 0 } name)
        {
            CloseCall();
            _openCall = new GeminiOpenCall(call.Text("id"u8), name);
            _hasCalls = true;
        }

        if (_openCall is null)
        {
            // An entry that only ends a call, where none is open, says nothing.
            if (call.TryGet("args"u8, out _) || call.TryGet("partialArgs"u8, out _))
            {
                throw new JsonException("Arguments came without the name of their function.");
            }

            return;
        }

        bool goesOn = call.GetBoolean("willContinue"u8);
        _openCall.Signature ??= signature;
        if (_openCall.Add(call) && goesOn)
        {
            AnnounceToolCall(_openCall.Name);
        }

        if (!goesOn)
        {
            CloseCall();
        }
    }

    private void CloseCall(bool isCut = false)
    {
        if (_openCall is { } call)
        {
            _openCall = null;
            Add(call.ToContent(isCut));
        }
    }

    private void ReadPromptFeedback(JsonElement feedback)
    {
        if (feedback.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("promptFeedback must be an object.");
        }

        _blockReason = feedback.DecodedText("blockReason"u8) is { Length: > 0 } reason ? reason : _blockReason;
        if (feedback.Text("blockReasonMessage"u8) is { } message)
        {
            SetProperty("blockReasonMessage", message);
        }
    }
}
