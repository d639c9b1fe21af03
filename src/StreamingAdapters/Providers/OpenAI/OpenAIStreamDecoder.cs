using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Streams;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Chunks of chat completions to updates. Complete at <c>[DONE]</c>, or at the body's end once choice 0 has a finish reason.</summary>
internal sealed partial class OpenAIStreamDecoder : StreamDecoder
{
    private readonly OpenAIDialect _dialect;
    private readonly ThinkTags? _thinkTags;
    private readonly OpenAICollected _collected;
    private readonly ConstantExtra _fingerprint = new("system_fingerprint");
    private readonly ConstantExtra _tier = new("service_tier");
    private readonly ConstantExtra _upstream = new("provider");
    private readonly ConstantExtra _nativeReason = new("native_finish_reason");
    private readonly ConstantExtra _stopReason = new("stop_reason", mayBeNumber: true);
    private readonly ConstantExtra _matchedStop = new("matched_stop", mayBeNumber: true);
    private string? _finishReason;
    private double? _cost;
    private bool _isWhole;
    private bool _hasContent;

    public OpenAIStreamDecoder(ErrorContext context, OpenAIDialect dialect, bool fastPath = true)
        : base(context, fastPath)
    {
        _dialect = dialect;
        _thinkTags = dialect.ParsesThinkTags ? new ThinkTags() : null;
        _collected = new OpenAICollected(dialect.ReasoningHistory == OpenAIReasoningHistory.Details);
    }

    /// <inheritdoc/>
    protected override bool MayEnd => _isWhole || _finishReason is not null;

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);
        if (data.IsEmpty || data.SequenceEqual("null"u8))
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            Complete();
        }
        else if (MarkedError.Is(in frame))
        {
            Fail(ChatErrorMapper.FromError(MarkedError.Parse(in frame), Context));
        }
        else if (data[0] == '[')
        {
            FailWithError(JsonSlice.Whole(data).GetElement(data));
        }
        else
        {
            DecodeChunk(data, frame.Kind == FrameKind.Bare);
        }
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        EmitCollected();
        _hasContent |= _collected.HasDetails;
        if (_collected.OtherChoices is { } others)
        {
            SetProperty(StreamingKeys.OtherChoices, others);
        }

        base.Complete();
        if (!_hasContent && (_finishReason is null || (_dialect.RejectsEmptyAnswers && _finishReason == "stop")))
        {
            FailAsEmpty();
        }
    }

    /// <inheritdoc/>
    protected override void AddLast()
    {
        if (_collected.TakeDetails() is { } details)
        {
            Add(details);
        }

        if (_collected.TakeRefusal() is { } refusal)
        {
            Add(refusal);
        }
    }

    /// <inheritdoc/>
    protected override void AddText(string text, bool isReasoning)
    {
        _hasContent |= text.Length > 0;
        if (isReasoning || _thinkTags is null)
        {
            base.AddText(text, isReasoning);
            return;
        }

        AddSplit(_thinkTags.Append(text));
    }

    /// <inheritdoc/>
    protected override void FlushText()
    {
        base.FlushText();
        if (_thinkTags is not null)
        {
            AddSplit(_thinkTags.Flush());
        }
    }

    private void AddSplit((string Reasoning, string Text) split)
    {
        base.AddText(split.Reasoning, isReasoning: true);
        base.AddText(split.Text, isReasoning: false);
    }

    private void DecodeChunk(ReadOnlySpan<byte> data, bool isBare)
    {
        var chunk = OpenAIChunk.Parse(data);
        Stamp(chunk, data);
        ReadUsage(chunk, data);
        if (chunk.Citations.HasValue)
        {
            _collected.KeepCitations(chunk.Citations.GetElement(data));
        }

        if (chunk.HasChoice)
        {
            DecodeContents(chunk.Choice, data);
        }

        // What comes beside an error is delivered before it; the error says more than its finish reason.
        bool isError = chunk.Error.HasValue || (chunk.Object.Type == JsonTokenType.String && chunk.Object.Of(data).SequenceEqual("error"u8));
        if (isError || (isBare && !chunk.HasChoices))
        {
            FailWithError(JsonSlice.Whole(data).GetElement(data));
            return;
        }

        if (_finishReason is null && chunk.Choice.FinishReason.GetString(data) is { Length: > 0 } reason)
        {
            Finish(reason);
        }

        if (_collected.TakeBegunToolCall() is { } name)
        {
            AnnounceToolCall(name);
        }

        foreach (OpenAIChoice other in chunk.OtherChoices)
        {
            _collected.AddOther(other, data);
        }

        if (chunk.IsPlainText)
        {
            OpenAIDelta delta = chunk.Choice.Delta;
            Learn(data, delta.Reasoning.HasText ? delta.Reasoning : delta.Content, chunk.Padding);
        }

        // A body that was not streamed is whole, whatever it says of its end.
        _isWhole |= isBare;
    }

    private void Stamp(in OpenAIChunk chunk, ReadOnlySpan<byte> data)
    {
        ResponseId ??= chunk.Id.HasText ? chunk.Id.GetString(data) : null;
        ModelId ??= chunk.Model.HasText ? chunk.Model.GetString(data) : null;
        CreatedAt ??= ParseCreated(chunk.Created, data);
        Tell(_fingerprint, chunk.SystemFingerprint, data);
        Tell(_tier, chunk.ServiceTier, data);
        Tell(_upstream, chunk.Provider, data);
        Tell(_nativeReason, chunk.Choice.NativeFinishReason, data);
        Tell(_stopReason, chunk.Choice.StopReason, data);
        Tell(_matchedStop, chunk.Choice.MatchedStop, data);
    }

    private static DateTimeOffset? ParseCreated(JsonSlice created, ReadOnlySpan<byte> data) =>
        created.Type == JsonTokenType.Number
        && double.TryParse(created.Of(data), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    private void ReadUsage(in OpenAIChunk chunk, ReadOnlySpan<byte> data)
    {
        UsageDetails? before = Usage;
        ReadUsage(chunk.Choice.Usage, data);
        ReadUsage(chunk.Usage, data);
        if (chunk.XGroq.HasValue && chunk.XGroq.GetElement(data).TryGet("usage"u8, out JsonElement usage))
        {
            Usage = OpenAIUsage.Read(usage, Usage);
        }

        // Servers that count on every chunk: what is known before the end, when it changes.
        bool isEarly = !ReferenceEquals(before, Usage) && !MayEnd && !chunk.Choice.FinishReason.HasValue && chunk.HasChoice;
        if (isEarly)
        {
            TellUsageSoFar(before);
        }
    }

    private void ReadUsage(JsonSlice slice, ReadOnlySpan<byte> data)
    {
        if (!slice.HasValue)
        {
            return;
        }

        JsonElement usage = slice.GetElement(data);
        Usage = OpenAIUsage.Read(usage, Usage);
        if (OpenAIUsage.Cost(usage) is { } cost && cost != _cost)
        {
            _cost = cost;
            SetProperty("cost", cost);
        }
    }

    private void Finish(string reason)
    {
        _finishReason = reason;
        if (reason is "error" or "network_error" or "insufficient_system_resource")
        {
            Fail(BrokenOff(reason));
            return;
        }

        SetFinishReason(reason == "function_call" ? ChatFinishReason.ToolCalls : new ChatFinishReason(reason), reason);
        EmitCollected();
    }

    private ChatProviderException BrokenOff(string reason) => new(
        reason == "insufficient_system_resource" ? ChatErrorKind.Overloaded : ChatErrorKind.ServerError,
        $"'{Context.Provider}' broke the answer off (finish reason '{reason}'); what was received was delivered.")
    {
        Provider = Context.Provider,
        ErrorCode = reason,
    };

    private void EmitCollected()
    {
        FlushText();
        foreach (AIContent content in _collected.TakeAll())
        {
            _hasContent = true;
            Add(content);
        }
    }
}
