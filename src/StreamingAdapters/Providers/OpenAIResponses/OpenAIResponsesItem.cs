using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>One item of an answer while it streams: what of it was handed out, and what is collected of it.</summary>
/// <param name="isWhole">Whether it is seen from its beginning; an answer that was taken up again may begin inside of it.</param>
internal sealed class OpenAIResponsesItem(bool isWhole)
{
    private StringBuilder? _arguments;
    private StringBuilder? _refusal;
    private JsonElement _item;

    /// <summary>Whether the text that its end repeats still has to be handed out.</summary>
    public bool NeedsText => NeedsParts && !HasParts;

    /// <summary>Whether the text that the ends of its parts repeat still has to be handed out.</summary>
    public bool NeedsParts => isWhole && !HasDeltas;

    /// <summary>Whether the citations that its end repeats still have to be handed out.</summary>
    public bool NeedsCitations => isWhole && Citations == 0;

    /// <summary>Whether text or reasoning of it came in deltas.</summary>
    public bool HasDeltas { get; set; }

    /// <summary>Whether text or reasoning of it came whole, from the end of a part or of the item.</summary>
    public bool HasParts { get; set; }

    /// <summary>How many of its citations were handed out.</summary>
    public int Citations { get; set; }

    /// <summary>Whether it is a call that has begun, and not ended.</summary>
    public bool IsOpenCall { get; private set; }

    /// <summary>The id that a call began with, empty where it has none; null where nothing began as a call.</summary>
    public string? CallId { get; private set; }

    /// <summary>What the model says instead of an answer; null for nothing.</summary>
    public string? Refusal => _refusal is { Length: > 0 } ? JsonText.ReplaceHalves(_refusal.ToString()) : null;

    /// <summary>Whether an item is a call of one of the application's tools.</summary>
    public static bool IsCall(JsonElement item) => item.Text("type"u8) is "function_call" or "custom_tool_call";

    /// <summary>Begins a call.</summary>
    public void Open(JsonElement item)
    {
        _item = item;
        IsOpenCall = IsCall(item);
        CallId = IsOpenCall ? item.DecodedText("call_id"u8) : null;
    }

    /// <summary>Adds to the arguments of a call, in pieces that may end anywhere.</summary>
    public void AddArguments(ReadOnlySpan<byte> escaped) => (_arguments ??= new StringBuilder()).Append(JsonText.Decode(escaped));

    /// <summary>Sets the whole arguments of a call, or leaves what is there where the server repeats nothing.</summary>
    public void SetArguments(JsonElement owner, ReadOnlySpan<byte> name)
    {
        if (Arguments(owner, name) is { Length: > 0 } whole)
        {
            (_arguments ??= new StringBuilder()).Clear().Append(whole);
        }
    }

    /// <summary>Adds to the refusal.</summary>
    public void AddRefusal(ReadOnlySpan<byte> escaped) => (_refusal ??= new StringBuilder()).Append(JsonText.Decode(escaped));

    /// <summary>Sets the whole refusal, or leaves what is there where the server repeats nothing.</summary>
    public void SetRefusal(string whole)
    {
        if (whole.Length > 0)
        {
            (_refusal ??= new StringBuilder()).Clear().Append(whole);
        }
    }

    /// <summary>Ends a call.</summary>
    /// <param name="item">The whole call; undefined where the answer ended without it.</param>
    public FunctionCallContent ToCall(JsonElement item)
    {
        IsOpenCall = false;
        JsonElement whole = item.ValueKind == JsonValueKind.Object ? item : _item;
        bool isCustom = whole.Text("type"u8) == "custom_tool_call";
        string? given = Arguments(whole, isCustom ? "input"u8 : "arguments"u8);
        string told = JsonText.ReplaceHalves($"{_arguments}");

        // What a call begins with may be the first of its pieces.
        bool isTold = string.IsNullOrEmpty(given) || (item.ValueKind != JsonValueKind.Object && told.Length > 0);
        string text = isTold ? told : given!;
        FunctionCallContent call = FunctionCalls.Create(Text(item, "call_id"u8), Text(item, "name"u8), isCustom ? "" : text);
        if (isCustom)
        {
            // A custom tool takes text, not JSON; its result goes back as another item.
            call.Arguments!["input"] = text;
            call.AdditionalProperties = new AdditionalPropertiesDictionary { [OpenAIResponsesJson.CustomTool] = true };
        }

        return call;
    }

    // Some servers write an object instead of its text.
    private static string? Arguments(JsonElement item, ReadOnlySpan<byte> name) =>
        item.TryGet(name, out JsonElement value) ? JsonText.GetString(value) ?? JsonRepair.Repair(value) : null;

    private string Text(JsonElement item, ReadOnlySpan<byte> name) => item.DecodedText(name) is { Length: > 0 } text ? text : _item.DecodedText(name);
}
