using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>OpenRouter's <c>reasoning_details</c>: fragments merged by index while they stream, kept whole for the next request.</summary>
internal sealed class ReasoningDetails
{
    private static readonly string[] Growing = ["text", "summary", "data"];

    private readonly List<Detail> _details = [];

    /// <summary>Adds the fragments of one delta.</summary>
    public void Add(IEnumerable<JsonElement> fragments)
    {
        foreach (JsonElement fragment in fragments.Where(fragment => fragment.ValueKind == JsonValueKind.Object))
        {
            Merge(fragment);
        }
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _details.Count == 0;

    /// <summary>The merged details as a content that holds no text of its own; null when there were none.</summary>
    public TextReasoningContent? ToContent()
    {
        if (IsEmpty)
        {
            return null;
        }

        var array = new JsonArray([.. _details.Select(JsonNode (detail) => detail.ToNode())]);
        _details.Clear();
        return new TextReasoningContent("") { ProtectedData = array.ToJsonString() };
    }

    /// <summary>What earlier answers' contents kept; null when they kept nothing.</summary>
    public static JsonArray? FromHistory(IEnumerable<TextReasoningContent> contents)
    {
        JsonArray? all = null;
        foreach (string data in contents.Select(content => content.ProtectedData).OfType<string>())
        {
            if (TryParse(data) is { } array)
            {
                all ??= new JsonArray();
                foreach (JsonNode? detail in array)
                {
                    all.Add(detail?.DeepClone());
                }
            }
        }

        return all;
    }

    // Protected data of another provider is not JSON, or no array: it means nothing to this server.
    private static JsonArray? TryParse(string data)
    {
        try
        {
            return JsonNode.Parse(data) as JsonArray;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Merge(JsonElement fragment)
    {
        string? type = fragment.Text("type"u8);
        int? index = fragment.TryGet("index"u8, out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int i) ? i : null;
        Detail? detail = _details.LastOrDefault(d => d.Index == index && d.Type == type);
        if (detail is null || index is null)
        {
            _details.Add(detail = new Detail(index, type));
        }

        detail.Add(fragment);
    }

    private sealed class Detail(int? index, string? type)
    {
        private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
        private readonly JsonObject _members = [];

        public int? Index { get; } = index;

        public string? Type { get; } = type;

        public void Add(JsonElement fragment)
        {
            foreach (JsonProperty member in fragment.EnumerateObject())
            {
                string name = member.NameText();
                if (Array.IndexOf(Growing, name) >= 0 && member.Value.ValueKind == JsonValueKind.String)
                {
                    // A fragment may end between two surrogates.
                    string text = JsonText.Decode(JsonMarshal.GetRawUtf8Value(member.Value)[1..^1]);
                    if (!_texts.TryGetValue(name, out StringBuilder? builder))
                    {
                        _texts[name] = builder = new StringBuilder();
                        _members[name] = null;
                    }

                    builder.Append(text);
                }
                else if (member.Value.ValueKind != JsonValueKind.Null || !_members.ContainsKey(name))
                {
                    _members[name] = JsonNode.Parse(JsonRepair.Repair(member.Value));
                }
            }
        }

        public JsonObject ToNode()
        {
            foreach ((string name, StringBuilder text) in _texts)
            {
                _members[name] = JsonText.ReplaceHalves(text.ToString());
            }

            return _members;
        }
    }
}
