using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.LMStudio;

/// <summary>Events of LM Studio's own API to updates. Complete at <c>chat.end</c>, which follows an error too.</summary>
/// <param name="context">Whom errors speak of.</param>
/// <param name="maxOutputTokens">How long the answer might become: the protocol does not say whether it did; null for no bound.</param>
/// <param name="fastPath">Whether text deltas like the one before are recognised by comparing bytes.</param>
internal sealed class LMStudioStreamDecoder(ErrorContext context, int? maxOutputTokens = null, bool fastPath = true) : StreamDecoder(context, fastPath)
{
    private ChatAdapterException? _error;
    private bool _hasContent;

    /// <inheritdoc/>
    // An answer is whole at its own end alone; an error needs no other.
    protected override bool MayEnd => _error is not null;

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        try
        {
            Read(in frame);
        }
        catch (JsonException) when (_error is not null)
        {
            // Whatever follows an error explains nothing.
            Complete();
        }
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        if (_error is not null)
        {
            Fail(_error);
            return;
        }

        bool isCut = maxOutputTokens > 0 && Usage?.OutputTokenCount >= maxOutputTokens;
        ChatFinishReason reason = isCut ? ChatFinishReason.Length : ChatFinishReason.Stop;
        SetFinishReason(reason, reason.Value);
        base.Complete();
        if (!_hasContent && !isCut)
        {
            // As its OpenAI face answers a prompt that its context does not hold: lmstudio-bug-tracker#2339.
            FailAsEmpty();
        }
    }

    /// <inheritdoc/>
    protected override void AddText(string text, bool isReasoning)
    {
        _hasContent |= text.Length > 0;
        base.AddText(text, isReasoning);
    }

    private void Read(in Frame frame)
    {
        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);

        // Gateways end every stream as chat completions do.
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        if (MarkedError.Is(in frame))
        {
            HoldBack(MarkedError.Parse(in frame));
            return;
        }

        var item = LMStudioEvent.Parse(data);
        if (item.Type.Type == JsonTokenType.String && TryDecodeText(item, data))
        {
            return;
        }

        DecodeRare(JsonSlice.Whole(data).GetElement(data), item.Type.GetString(data), frame.Kind == FrameKind.Bare);
    }

    // Usage follows an error, so that it is thrown with the end.
    private void HoldBack(ProviderError error)
    {
        FlushText();
        _error ??= ChatErrorMapper.FromError(error, Context);
    }

    private bool TryDecodeText(in LMStudioEvent item, ReadOnlySpan<byte> data)
    {
        bool isReasoning = item.Type.Of(data).SequenceEqual("reasoning.delta"u8);
        if (!isReasoning && !item.Type.Of(data).SequenceEqual("message.delta"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> text = item.Content.GetEscaped(data);
        if (_error is null)
        {
            AppendText(text, isReasoning);
            if (item.Content.HasText)
            {
                Learn(data, item.Content, default);
            }
        }

        return true;
    }

    private void DecodeRare(JsonElement item, string? type, bool isBare)
    {
        switch (type)
        {
            case "chat.start":
                Begin(item);
                break;
            case "model_load.start" or "model_load.progress" or "model_load.end":
                Begin(item);
                TellProgress(StreamingKeys.ModelLoad, type, item);
                break;
            case "prompt_processing.start" or "prompt_processing.progress" or "prompt_processing.end":
                TellProgress(StreamingKeys.PromptProgress, type, item);
                break;
            case "tool_call.success" or "tool_call.failure" when _error is null:
                AddCall(item);
                break;
            case "chat.end":
                ReadEnd(item.TryGetObject("result"u8, out JsonElement result) ? result : item);
                break;
            case null when item.TryGet("output"u8, out _):
                ReadEnd(item);
                break;
            default:
                if (type == "error" || isBare || item.Text("object"u8) == "error" || (type is null && item.TryGet("error"u8, out _)))
                {
                    HoldBack(ProviderErrorParser.Parse(item));
                }

                break;
        }
    }

    private void Begin(JsonElement item) => ModelId ??= item.Text("model_instance_id"u8) is { Length: > 0 } model ? model : null;

    private void TellProgress(string key, string type, JsonElement item)
    {
        double progress = type.EndsWith(".end", StringComparison.Ordinal) ? 1 : LMStudioJson.Progress(item);
        SetProperty(key, Math.Clamp(progress, 0, 1));
        SendUpdate();
    }

    private void AddCall(JsonElement item)
    {
        FlushText();
        _hasContent = true;
        Add(LMStudioJson.ToContent(item));
    }

    private void ReadEnd(JsonElement result)
    {
        Begin(result);
        if (result.TryGetObject("stats"u8, out JsonElement statistics))
        {
            Usage = LMStudioJson.Usage(statistics);
            foreach (string name in LMStudioJson.Statistics)
            {
                if (LMStudioJson.Fraction(statistics, name) is { } number)
                {
                    SetProperty(name, number);
                }
            }
        }

        AddOutput(result);
        ConversationId = result.DecodedText("response_id"u8) is { Length: > 0 } id ? id : null;
        Complete();
    }

    // The end repeats what was streamed; a body that was not has its content there alone.
    private void AddOutput(JsonElement result)
    {
        if (result.TryGet("output"u8, out JsonElement output) && output.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("output must be an array.");
        }

        FlushText();
        foreach (JsonElement item in _hasContent || _error is not null ? default : result.Items("output"u8))
        {
            string? type = item.Text("type"u8);
            if (type is not ("message" or "reasoning"))
            {
                AddCall(item);
            }
            else
            {
                AppendText(item.EscapedText("content"u8), type == "reasoning");
            }
        }
    }
}
