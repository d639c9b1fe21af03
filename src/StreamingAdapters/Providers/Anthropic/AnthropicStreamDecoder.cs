using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Events of Messages to updates. Complete at <c>message_stop</c>, or at the body's end once a stop reason came.</summary>
internal sealed class AnthropicStreamDecoder(ErrorContext context, bool fastPath = true) : StreamDecoder(context, fastPath)
{
    private readonly SortedDictionary<int, AnthropicBlock> _open = [];
    private readonly AnthropicUsage _usage = new();
    private string? _stopReason;

    /// <inheritdoc/>
    protected override bool MayEnd => _stopReason is not null;

    /// <inheritdoc/>
    protected override AdditionalPropertiesDictionary OfReasoning => OwnContent.ProtectedBy(AnthropicJson.Protocol);

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);
        // Gateways end every stream as chat completions do.
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        if (MarkedError.Is(in frame))
        {
            Fail(ChatErrorMapper.FromError(MarkedError.Parse(in frame), Context));
            return;
        }

        var item = AnthropicEvent.Parse(data);
        if (item.Type.Type == JsonTokenType.String && item.Type.Of(data).SequenceEqual("content_block_delta"u8) && TryDecodeText(item, data))
        {
            return;
        }

        DecodeRare(JsonSlice.Whole(data).GetElement(data), item.Type.GetString(data), frame.Kind == FrameKind.Bare);
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        // The provider said that it has ended: what it left open is as whole as it gets.
        foreach (AnthropicBlock block in _open.Values)
        {
            Close(block);
        }

        _open.Clear();
        if (_stopReason is not null)
        {
            SetFinishReason(AnthropicJson.FinishReason(_stopReason), _stopReason);
        }

        base.Complete();
    }

    /// <inheritdoc/>
    protected override void AddLast()
    {
        // Of what broke off, text alone is worth something, and its citations follow it.
        foreach (AnthropicBlock text in _open.Values.Where(block => block.Type == "text"))
        {
            Close(text);
        }

        _open.Clear();
    }

    private bool TryDecodeText(in AnthropicEvent item, ReadOnlySpan<byte> data)
    {
        if (item.DeltaType.Type != JsonTokenType.String)
        {
            return false;
        }

        bool isReasoning = item.DeltaType.Of(data).SequenceEqual("thinking_delta"u8);
        if (!isReasoning && !item.DeltaType.Of(data).SequenceEqual("text_delta"u8))
        {
            return false;
        }

        JsonSlice text = isReasoning ? item.Thinking : item.Text;
        AppendText(text.GetEscaped(data), isReasoning);
        if (isReasoning && text.HasText)
        {
            NoteThinking();
        }

        if (text.HasText)
        {
            Learn(data, text, default);
        }

        return true;
    }

    private void NoteThinking()
    {
        foreach (AnthropicBlock block in _open.Values)
        {
            block.HasThinking |= block.Type == "thinking";
        }
    }

    private void DecodeRare(JsonElement item, string? type, bool isBare)
    {
        switch (type)
        {
            case "message_start" when item.TryGetObject("message"u8, out JsonElement message):
                // A second one: the upstream began anew, and what was open, or had ended, is void.
                FlushText();
                _open.Clear();
                _stopReason = null;
                Begin(message);
                break;
            case "content_block_start" when item.TryGetObject("content_block"u8, out JsonElement block):
                Open(Index(item), block);
                break;
            case "content_block_delta" when item.TryGetObject("delta"u8, out JsonElement delta):
                _open.GetValueOrDefault(Index(item))?.Add(delta);
                break;
            case "content_block_stop":
                CloseAt(Index(item));
                break;
            case "message_delta":
                DecodeMessageDelta(item);
                break;
            case "message_stop":
                Complete();
                break;
            case "message":
                DecodeWhole(item);
                break;
            default:
                if (type == "error" || isBare || item.Text("object"u8) == "error" || (type is null && item.TryGet("error"u8, out _)))
                {
                    FailWithError(item);
                }

                break;
        }
    }

    private void Begin(JsonElement message)
    {
        ResponseId ??= message.Text("id"u8) is { Length: > 0 } id ? id : null;
        ModelId ??= message.Text("model"u8) is { Length: > 0 } model ? model : null;
        Tell(message, "container");
        ReadUsage(message, isEarly: true);
    }

    private void ReadUsage(JsonElement owner, bool isEarly)
    {
        if (!owner.TryGet("usage"u8, out JsonElement usage))
        {
            return;
        }

        UsageDetails? before = Usage;
        Usage = _usage.Read(usage);
        if (isEarly)
        {
            TellUsageSoFar(before);
        }

        Tell(usage, "service_tier");
    }

    private static int Index(JsonElement item) =>
        item.TryGet("index"u8, out _) ? (int)(item.Number("index") ?? throw new JsonException("index must be a number.")) : 0;

    private void Open(int index, JsonElement start)
    {
        // Servers that end no block, or number none: where the next one begins, the one before is whole.
        CloseAt(index);
        FlushText();
        var block = new AnthropicBlock(start);
        _open[index] = block;
        block.HasThinking = block.Type == "thinking" && !block.Beginning.IsEmpty;
        AppendText(block.Beginning, block.HasThinking);
        if (block.Type == "tool_use")
        {
            AnnounceToolCall(block.Name);
        }
    }

    private void CloseAt(int index)
    {
        if (_open.Remove(index, out AnthropicBlock? block))
        {
            Close(block);
        }
    }

    private void Close(AnthropicBlock block)
    {
        FlushText();
        if (block.ToContent() is { } content)
        {
            Add(content);
        }
    }

    private void DecodeMessageDelta(JsonElement item)
    {
        if (item.TryGetObject("delta"u8, out JsonElement delta))
        {
            ReadEnd(delta);
        }

        Tell(item, "context_management");
        ReadUsage(item, isEarly: false);
    }

    // The last one wins.
    private void ReadEnd(JsonElement owner)
    {
        _stopReason = owner.DecodedText("stop_reason"u8) is { Length: > 0 } reason ? reason : _stopReason;
        Tell(owner, "stop_sequence");
        Tell(owner, "stop_details");
        Tell(owner, "container");
    }

    // A body that was not streamed.
    private void DecodeWhole(JsonElement message)
    {
        Begin(message);
        int index = 0;
        foreach (JsonElement block in message.Objects("content"u8))
        {
            Open(index, block);
            CloseAt(index++);
        }

        ReadEnd(message);
        Complete();
    }
}
