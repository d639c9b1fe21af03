using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Events of Responses to updates. Complete at <c>response.completed</c> or <c>response.incomplete</c>, and at nothing else.</summary>
/// <remarks>
/// Events find their item by its place in the answer: GitHub Copilot gives an item another id in each event. llama.cpp gives no places, and ids that stay.
/// </remarks>
internal sealed partial class OpenAIResponsesStreamDecoder : StreamDecoder
{
    private readonly SortedDictionary<long, OpenAIResponsesItem> _items = [];
    private readonly Dictionary<string, long> _placesOfIds = new(StringComparer.Ordinal);
    private readonly bool _isResumed;
    private bool _isBackground;
    private long? _sequenceNumber;
    private string? _reasoningId;
    private bool _hasText;
    private bool _hasCall;

    /// <param name="context">Whom errors speak of.</param>
    /// <param name="resumed">Where an answer is taken up again; null for a new one.</param>
    /// <param name="fastPath">Whether deltas like the one before are recognised by comparing bytes.</param>
    public OpenAIResponsesStreamDecoder(ErrorContext context, OpenAIResponsesToken? resumed = null, bool fastPath = true)
        : base(context, fastPath)
    {
        _isBackground = resumed is not null;
        _isResumed = resumed?.SequenceNumber is not null;
        ResponseId = resumed?.ResponseId;
        _sequenceNumber = resumed?.SequenceNumber;
    }

    /// <inheritdoc/>
    protected override bool MayEnd => false;

    /// <inheritdoc/>
    protected override ResponseContinuationToken? ContinuationToken =>
        _isBackground && !IsComplete && ResponseId is not null ? new OpenAIResponsesToken(ResponseId, _sequenceNumber).ToToken() : null;

    /// <inheritdoc/>
    protected override AdditionalPropertiesDictionary OfReasoning => OpenAIResponsesJson.OfReasoning(_reasoningId);

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        ReadOnlySpan<byte> data = frame.Data.Span.Trim(" \t\r\n"u8);
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        if (MarkedError.Is(in frame))
        {
            Fail(ChatErrorMapper.FromError(MarkedError.Parse(in frame), Context));
            return;
        }

        var item = OpenAIResponsesEvent.Parse(data);
        ReadOnlySpan<byte> type = item.Type.Type == JsonTokenType.String ? item.Type.Of(data) : default;
        _sequenceNumber = item.SequenceNumber.GetNumber(data) ?? _sequenceNumber;
        if (type.SequenceEqual("response.output_text.delta"u8))
        {
            DecodeText(item, data, isReasoning: false);
        }
        else if (type.SequenceEqual("response.reasoning_summary_text.delta"u8) || type.SequenceEqual("response.reasoning_text.delta"u8))
        {
            DecodeText(item, data, isReasoning: true);
        }
        else if (type.SequenceEqual("response.function_call_arguments.delta"u8) || type.SequenceEqual("response.custom_tool_call_input.delta"u8))
        {
            ItemOf(in item, data).AddArguments(item.Delta.GetEscaped(data));
        }
        else if (type.SequenceEqual("response.refusal.delta"u8))
        {
            ItemOf(in item, data).AddRefusal(item.Delta.GetEscaped(data));
        }
        else if (!type.EndsWith(".delta"u8))
        {
            DecodeRare(JsonSlice.Whole(data).GetElement(data), item.Type.GetString(data), in frame);
        }
    }

    /// <inheritdoc/>
    protected override void AddText(string text, bool isReasoning)
    {
        _hasText |= !isReasoning && text.Length > 0;
        base.AddText(text, isReasoning);
    }

    /// <inheritdoc/>
    protected override void AddLast()
    {
        foreach (string refusal in _items.Values.Select(item => item.Refusal).OfType<string>())
        {
            Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
        }
    }

    private void DecodeText(in OpenAIResponsesEvent item, ReadOnlySpan<byte> data, bool isReasoning)
    {
        AppendText(item.Delta.GetEscaped(data), isReasoning);
        if (!item.Delta.HasText)
        {
            return;
        }

        ItemOf(in item, data).HasDeltas = true;
        if (item.LogProbs.Type == JsonTokenType.StartArray && item.LogProbs.Length > 2)
        {
            RawRepresentation = JsonSlice.Whole(data).GetElement(data);
        }
        else if (!_isBackground)
        {
            // In the background, the number of each event is where the answer can be taken up again.
            Learn(data, item.Delta, item.SequenceNumber, item.Padding, item.OutputIndex.HasValue ? item.ItemId : default);
        }
    }

    private OpenAIResponsesItem ItemOf(in OpenAIResponsesEvent item, ReadOnlySpan<byte> data) =>
        ItemAt(item.OutputIndex.GetNumber(data) ?? PlaceOf(item.ItemId.GetString(data)));

    private OpenAIResponsesItem ItemAt(long place)
    {
        if (!_items.TryGetValue(place, out OpenAIResponsesItem? item))
        {
            _items[place] = item = new OpenAIResponsesItem(isWhole: !_isResumed);
        }

        return item;
    }

    private OpenAIResponsesItem ItemOf(JsonElement data) => ItemAt(PlaceOf(data));

    private long PlaceOf(JsonElement data) =>
        data.Number("output_index") ?? PlaceOf(data.Text("item_id"u8) ?? (data.TryGet("item"u8, out JsonElement item) ? item.Text("id"u8) : null));

    private long PlaceOf(string? id)
    {
        if (id is null)
        {
            return 0;
        }

        if (!_placesOfIds.TryGetValue(id, out long place))
        {
            _placesOfIds[id] = place = _placesOfIds.Count;
        }

        return place;
    }

    private void DecodeRare(JsonElement data, string? type, in Frame frame)
    {
        switch (type)
        {
            case "response.created" or "response.queued" or "response.in_progress" when data.TryGetObject("response"u8, out JsonElement response):
                Begin(response);

                // llama.cpp names it at the end alone, when most updates are gone.
                ModelId ??= Context.ModelId;
                break;
            case "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled":
                End(data, type["response.".Length..]);
                break;
            case "response.output_item.added" when data.TryGetObject("item"u8, out JsonElement item):
                Open(data, item);
                break;
            case "response.output_item.done" when data.TryGetObject("item"u8, out JsonElement item):
                Close(ItemOf(data), item);
                break;
            case "response.output_text.done":
                Repeat(ItemOf(data), data);
                break;
            case "response.function_call_arguments.done":
                ItemOf(data).SetArguments(data, "arguments"u8);
                break;
            case "response.custom_tool_call_input.done":
                ItemOf(data).SetArguments(data, "input"u8);
                break;
            case "response.refusal.done":
                ItemOf(data).SetRefusal(data.DecodedText("refusal"u8));
                break;
            case "response.output_text.annotation.added" when data.TryGetObject("annotation"u8, out JsonElement annotation):
                Cite(ItemOf(data), annotation);
                break;
            default:
                DecodeOther(data, type, in frame);
                break;
        }
    }

    private void DecodeOther(JsonElement data, string? type, in Frame frame)
    {
        bool isBare = frame.Kind == FrameKind.Bare;
        string? whole = data.Text("object"u8);
        if (whole == "response")
        {
            EndWhole(data);
        }
        else if (type == "error" || whole == "error" || isBare || (type is null && data.TryGet("error"u8, out _)))
        {
            FailWithError(data);
        }
    }

    // A body that was not streamed; its answer may still be being made.
    private void EndWhole(JsonElement response)
    {
        if (_isResumed)
        {
            Fail(new ChatProviderException(
                ChatErrorKind.UnsupportedFeature, $"'{Context.Provider}' was asked for the rest of an answer and sent all of it, from which the rest cannot be told; ask for the whole answer anew.")
            {
                Provider = Context.Provider,
            });
        }
        else if (response.Text("status"u8) is "queued" or "in_progress")
        {
            Begin(response);
        }
        else
        {
            End(response, response.TryGet("error"u8, out _) ? "failed" : "completed");
        }
    }

    private void Begin(JsonElement response)
    {
        ResponseId ??= response.Text("id"u8) is { Length: > 0 } id ? id : null;
        ModelId ??= response.Text("model"u8) is { Length: > 0 } model ? model : null;
        CreatedAt ??= OpenAIResponsesJson.Created(response);
        ConversationId ??= OpenAIResponsesJson.ConversationId(response);
        Tell(response, "service_tier");
        _isBackground |= response.TryGet("background"u8, out JsonElement background) && background.ValueKind == JsonValueKind.True;
        if (_isBackground)
        {
            // From here on the answer goes on without this connection.
            SendUpdate();
        }
    }

    // The event says how the answer ended, also where the response's own status is missing; one that completes may hold an answer that did not.
    private void End(JsonElement data, string outcome)
    {
        JsonElement response = data.TryGetObject("response"u8, out JsonElement member) ? member : data;
        string status = outcome == "completed" ? response.Text("status"u8) ?? outcome : outcome;
        Begin(response);
        Usage = response.TryGet("usage"u8, out JsonElement usage) ? OpenAIResponsesUsage.Read(usage) : null;
        if (status is "failed" or "cancelled")
        {
            FailAs(status, response.TryGet("error"u8, out JsonElement error) || data.TryGet("error"u8, out error) ? error : default);
            return;
        }

        AddMissing(response);
        Finish(response, status);
        Complete();
    }

    private void FailAs(string status, JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Undefined)
        {
            FailWithError(error);
            return;
        }

        Fail(new ChatProviderException(
            status == "cancelled" ? ChatErrorKind.Cancelled : ChatErrorKind.ServerError, $"'{Context.Provider}' ended the answer as {status}; what was received was delivered.")
        {
            Provider = Context.Provider,
            ErrorCode = status,
        });
    }

    private void Finish(JsonElement response, string status)
    {
        string? reason = response.TryGetObject("incomplete_details"u8, out JsonElement details) ? details.Text("reason"u8) : null;
        if (status == "incomplete" || !string.IsNullOrEmpty(reason))
        {
            SetFinishReason(OpenAIResponsesJson.FinishReason(reason ?? status), reason ?? status);
        }
        else
        {
            SetFinishReason(_hasCall ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop, status);
        }
    }
}
