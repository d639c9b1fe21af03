using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <content>The items of an answer, from their beginning to their end.</content>
internal sealed partial class OpenAIResponsesStreamDecoder
{
    private void Open(JsonElement data, JsonElement item)
    {
        FlushText();
        var opened = new OpenAIResponsesItem(isWhole: true);
        opened.Open(item);
        _items[PlaceOf(data)] = opened;
        if (opened.IsOpenCall)
        {
            AnnounceToolCall(item.DecodedText("name"u8));
        }
        else if (item.Text("type"u8) == "reasoning")
        {
            _reasoningId = item.Text("id"u8);
        }
    }

    private void Cite(OpenAIResponsesItem owner, JsonElement annotation)
    {
        FlushText();
        owner.Citations++;
        Add(OpenAIResponsesJson.ToCitation(annotation));
    }

    // Text that came in deltas is repeated whole behind them; some servers send it there alone.
    private void Repeat(OpenAIResponsesItem owner, JsonElement part)
    {
        if (owner.NeedsParts)
        {
            owner.HasParts |= AppendPart(part, isReasoning: false);
        }
    }

    private bool AppendPart(JsonElement part, bool isReasoning)
    {
        ReadOnlySpan<byte> escaped = part.EscapedText("text"u8);
        AppendText(escaped, isReasoning);
        return !escaped.IsEmpty;
    }

    private void Close(OpenAIResponsesItem owner, JsonElement item)
    {
        FlushText();
        switch (item.Text("type"u8))
        {
            case "message":
                CloseMessage(owner, item);
                break;
            case "reasoning":
                CloseReasoning(owner, item);
                break;
            case "function_call" or "custom_tool_call":
                AddCall(owner, item);
                break;
            default:
                CloseOther(item);
                break;
        }
    }

    // Parts are not told apart: Bedrock numbers them otherwise in its deltas.
    private void CloseMessage(OpenAIResponsesItem owner, JsonElement item)
    {
        (bool needsText, bool needsCitations) = (owner.NeedsText, owner.NeedsCitations);
        foreach (JsonElement part in item.Objects("content"u8))
        {
            owner.HasParts |= needsText && AppendPart(part, isReasoning: false);
            owner.SetRefusal(part.DecodedText("refusal"u8));
            if (needsCitations)
            {
                CiteAll(owner, part);
            }
        }

        FlushText();
    }

    private void CiteAll(OpenAIResponsesItem owner, JsonElement part)
    {
        foreach (JsonElement annotation in part.Objects("annotations"u8))
        {
            Cite(owner, annotation);
        }
    }

    private void CloseReasoning(OpenAIResponsesItem owner, JsonElement item)
    {
        bool needsText = owner.NeedsText;
        _reasoningId = needsText ? item.Text("id"u8) : null;
        foreach (JsonElement part in item.Objects("summary"u8).Concat(item.Objects("content"u8)))
        {
            owner.HasParts |= needsText && AppendPart(part, isReasoning: true);
        }

        FlushText();
        _reasoningId = null;
        if (OpenAIResponsesJson.ToProtected(item) is { } reasoning)
        {
            Add(reasoning);
        }
    }

    private void CloseOther(JsonElement item)
    {
        Add(OpenAIResponsesJson.ToContent(item));
        if (OpenAIResponsesJson.ToImage(item) is { } image)
        {
            Add(image);
        }
    }

    private void AddCall(OpenAIResponsesItem owner, JsonElement item)
    {
        _hasCall = true;
        Add(owner.ToCall(item));
    }

    // What the response repeats, and no event has told.
    private void AddMissing(JsonElement response)
    {
        bool needsItems = _items.Count == 0 && !_isResumed;
        bool needsText = !_hasText && !_isResumed && _items.Values.All(item => item.Refusal is null);

        // Ids tell nothing here: vLLM gives a call another one in the end.
        bool needsCalls = !_hasCall && !_isResumed && !_items.Values.Any(item => item.IsOpenCall);
        foreach (JsonElement item in response.Objects("output"u8))
        {
            bool isCall = OpenAIResponsesItem.IsCall(item);
            OpenAIResponsesItem? open = isCall ? OpenCall(item) : null;
            _hasCall |= isCall;
            if (needsItems || (needsText && item.Text("type"u8) == "message"))
            {
                Close(ItemAt(_items.Keys.LastOrDefault(-1) + 1), item);
            }
            else if (open is not null || (isCall && needsCalls))
            {
                AddCall(open ?? new OpenAIResponsesItem(isWhole: true), item);
            }
        }

        foreach (OpenAIResponsesItem call in _items.Values.Where(item => item.IsOpenCall))
        {
            AddCall(call, default);
        }
    }

    private OpenAIResponsesItem? OpenCall(JsonElement item)
    {
        string id = item.DecodedText("call_id"u8);
        return _items.Values.FirstOrDefault(known => known.IsOpenCall && known.CallId == id);
    }
}
