using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>One content block of an answer while it is open.</summary>
internal sealed class AnthropicBlock(JsonElement start)
{
    private readonly StringBuilder _json = new();
    private readonly StringBuilder _signature = new(Known(start, "thinking", "signature"u8));
    private readonly string _data = Known(start, "redacted_thinking", "data"u8);
    private readonly string _id = Known(start, "tool_use", "id"u8);
    private readonly List<JsonElement> _citations = [.. start.Text("type"u8) == "text" ? start.Objects("citations"u8) : []];
    private JsonObject? _changed;

    /// <summary>The block's type.</summary>
    public string Type { get; } = start.Text("type"u8) ?? "";

    /// <summary>The tool's name, where it is a call.</summary>
    public string Name { get; } = Known(start, "tool_use", "name"u8);

    /// <summary>Whether any thinking came that can be read.</summary>
    public bool HasThinking { get; set; }

    /// <summary>The text or thinking that the block began with, escapes included: compatible servers send it so.</summary>
    public ReadOnlySpan<byte> Beginning => Type switch
    {
        "text" => start.EscapedText("text"u8),
        "thinking" => start.EscapedText("thinking"u8),
        _ => default,
    };

    /// <summary>Adds a delta that is neither text nor thinking; unknown ones add nothing.</summary>
    public void Add(JsonElement delta)
    {
        switch (delta.Text("type"u8))
        {
            case "input_json_delta":
                // As it is: a piece may end within an escape or between two surrogates.
                _json.Append(JsonText.Decode(delta.EscapedText("partial_json"u8)));
                break;
            case "signature_delta":
                _signature.Append(delta.DecodedText("signature"u8));
                break;
            case "citations_delta" when delta.TryGetObject("citation"u8, out JsonElement citation):
                // The server sends them in front of the text.
                _citations.Add(citation);
                break;
            case "compaction_delta":
                Merge(delta);
                break;
        }
    }

    /// <summary>What the block is, now that it is whole: of text the citations. Null for text without one, and for thinking without a signature.</summary>
    public AIContent? ToContent() => Type switch
    {
        "text" => _citations.Count > 0 ? AnthropicJson.ToCitations(_citations) : null,
        "thinking" => Signature(),
        "redacted_thinking" => _data.Length > 0 ? Protected(_data) : null,
        "tool_use" => FunctionCalls.Create(_id, Name, Arguments()),
        _ => AnthropicJson.ToContent(Whole()),
    };

    // Of a block that is not known, any member may have any shape.
    private static string Known(JsonElement start, string type, ReadOnlySpan<byte> member) => start.Text("type"u8) == type ? start.DecodedText(member) : "";

    private void Merge(JsonElement delta)
    {
        _changed ??= JsonRepair.ToObject(start);
        foreach (JsonProperty member in delta.EnumerateObject())
        {
            if (!member.NameEquals("type"u8))
            {
                _changed[member.NameText()] = JsonNode.Parse(JsonRepair.Repair(member.Value));
            }
        }
    }

    private TextReasoningContent? Signature()
    {
        TextReasoningContent? signature = _signature.Length == 0 ? null : Protected(_signature.ToString());
        if (!HasThinking)
        {
            signature?.AdditionalProperties![AnthropicJson.OmittedThinking] = true;
        }

        return signature;
    }

    private static TextReasoningContent Protected(string data) => new("") { ProtectedData = data, AdditionalProperties = OwnContent.ProtectedBy(AnthropicJson.Protocol) };

    private string Arguments() =>
        _json.Length > 0 ? JsonText.ReplaceHalves(_json.ToString())
        : start.TryGet("input"u8, out JsonElement input) ? JsonText.GetString(input) ?? JsonRepair.Repair(input)
        : "";

    private JsonElement Whole()
    {
        if (_json.Length > 0)
        {
            _changed ??= JsonRepair.ToObject(start);
            _changed["input"] = Input();
        }

        return _changed is null ? start : JsonElement.Parse(_changed.ToJsonString());
    }

    // The server ran it: what it cannot be read as is kept as text.
    private JsonNode? Input()
    {
        string json = JsonText.ReplaceHalves(_json.ToString());
        try
        {
            // It stands in the block, one level below what JSON is read to.
            return JsonNode.Parse(JsonRepair.Repair(json), null, new JsonDocumentOptions { MaxDepth = 63 });
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
