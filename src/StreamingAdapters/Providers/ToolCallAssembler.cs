using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <summary>Fragments of tool calls to whole calls, with every deviation that compatible servers show. An empty id or name counts as absent.</summary>
internal sealed class ToolCallAssembler
{
    private readonly List<Call> _calls = [];
    private readonly Dictionary<int, Call> _byIndex = [];
    private readonly HashSet<string> _takenIds = new(StringComparer.Ordinal);
    private int _announced;

    /// <summary>Adds one entry of <c>delta.tool_calls</c>.</summary>
    /// <exception cref="JsonException">It is no object, or its function is none, or has a name that is no string.</exception>
    public void Add(JsonElement entry)
    {
        CheckObject(entry);
        JsonElement function = Member(entry, "function"u8, "custom"u8, out bool isCustom);
        string? id = NotEmpty(entry.Text("id"u8));
        string? name = NotEmpty(function.DecodedText("name"u8));
        Call call = Find(Index(entry), id, name);
        call.Id ??= id;
        call.Name ??= name;
        call.IsCustom |= isCustom;
        AddArguments(call, function, isCustom ? "input"u8 : "arguments"u8);
    }

    /// <summary>Adds a legacy <c>delta.function_call</c>: one call, without an id.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    public void AddLegacy(JsonElement function)
    {
        CheckObject(function);
        Call call = Find(index: 0, id: null, name: null);
        call.Name ??= NotEmpty(function.DecodedText("name"u8));
        AddArguments(call, function, "arguments"u8);
    }

    /// <summary>Tells the name of a call that has begun, once: empty where it is not known yet; null where no other has begun.</summary>
    public string? TakeBegun()
    {
        if (_calls.Count <= _announced)
        {
            return null;
        }

        _announced = _calls.Count;
        return _calls[^1].Name ?? "";
    }

    /// <summary>Hands out the calls in the order of their first fragments, each id once: a finish chunk that is sent twice may repeat them.</summary>
    public IEnumerable<FunctionCallContent> TakeAll()
    {
        FunctionCallContent[] calls = [.. _calls.Where(call => call.Id is null || _takenIds.Add(call.Id)).Select(call => call.ToContent())];
        _calls.Clear();
        _byIndex.Clear();
        _announced = 0;
        return calls;
    }

    private static void CheckObject(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("A tool call must be an object.");
        }
    }

    private static JsonElement Member(JsonElement entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherName, out bool isOther)
    {
        isOther = !entry.TryGetObject(name, out JsonElement value) && entry.TryGetObject(otherName, out value);
        return value;
    }

    private static int? Index(JsonElement entry) =>
        entry.TryGet("index"u8, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int index) ? index : null;

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // A fragment is appended as it is: it may end within an escape or between two surrogates.
    private static void AddArguments(Call call, JsonElement function, ReadOnlySpan<byte> member)
    {
        if (!function.TryGet(member, out JsonElement arguments))
        {
            return;
        }

        if (arguments.ValueKind == JsonValueKind.String)
        {
            ReadOnlySpan<byte> quoted = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(arguments);
            call.Arguments.Append(JsonText.Decode(quoted[1..^1]));
        }
        else
        {
            call.Arguments.Clear().Append(JsonRepair.Repair(arguments));
        }
    }

    private Call Find(int? index, string? id, string? name)
    {
        Call? call = index is { } key ? _byIndex.GetValueOrDefault(key)
            : id is not null ? _calls.Find(known => known.Id == id)
            : name is null && _calls.Count > 0 ? _calls[^1]
            : null;

        // Servers that send index 0 for each of several calls: another id together with a name begins a new one.
        bool isNew = call is null || (index is not null && id is not null && name is not null && call.Id is not null && call.Id != id);
        if (isNew)
        {
            _calls.Add(call = new Call());
            if (index is { } slot)
            {
                _byIndex[slot] = call;
            }
        }

        return call!;
    }

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public bool IsCustom { get; set; }

        public StringBuilder Arguments { get; } = new();

        public FunctionCallContent ToContent()
        {
            // A custom tool takes text, not JSON.
            string text = JsonText.ReplaceHalves(Arguments.ToString());
            FunctionCallContent call = FunctionCalls.Create(Id, Name ?? "", IsCustom ? "" : text);
            if (IsCustom)
            {
                call.Arguments!["input"] = text;
            }

            return call;
        }
    }
}
