using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>A conversation to the items of <c>input</c>: messages, calls, results, reasoning, each an item of its own and in the order in which they came.</summary>
internal sealed class OpenAIResponsesInput
{
    private readonly JsonArray _items = [];
    private readonly Dictionary<string, bool> _calls = new(StringComparer.Ordinal);
    private readonly bool _areResultsCustom;
    private readonly List<JsonNode?> _parts = [];
    private string _role = "";
    private string _reasoning = "";

    private OpenAIResponsesInput(bool areResultsCustom) => _areResultsCustom = areResultsCustom;

    /// <summary>Everything that is said.</summary>
    /// <param name="messages">The conversation, or what is new of one that the server keeps.</param>
    /// <param name="areResultsCustom">Whether a result is of a tool that takes text, where neither it nor a call says so.</param>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public static JsonArray Items(IReadOnlyList<ChatMessage> messages, bool areResultsCustom)
    {
        var input = new OpenAIResponsesInput(areResultsCustom);
        foreach (ChatMessage message in messages)
        {
            input.Add(message);
        }

        return input._items;
    }

    private void Add(ChatMessage message)
    {
        bool isAssistant = message.Role == ChatRole.Assistant;
        _role = message.Role == ChatRole.Tool ? "user" : message.Role.Value;

        // Results follow the calls that they answer, also within one message; a user's words follow the results.
        foreach (AIContent content in message.Contents.OrderBy(content => content is FunctionResultContent == isAssistant ? 1 : 0))
        {
            if (isAssistant)
            {
                AddOfAssistant(content);
            }
            else
            {
                AddOfOther(content);
            }
        }

        if (message.Contents.Count == 0 && !isAssistant)
        {
            _parts.Add(Text("input_text", ""));
        }

        EndMessage();
        _reasoning = "";
    }

    private void AddOfAssistant(AIContent content)
    {
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                _parts.Add(Text("output_text", text.Text));
                break;
            case ErrorContent { ErrorCode: "Refusal" } refusal:
                _parts.Add(new JsonObject { ["type"] = "refusal", ["refusal"] = refusal.Message });
                break;
            case TextReasoningContent reasoning:
                AddReasoning(reasoning);
                break;
            case FunctionCallContent call:
                AddItem(Call(call));
                break;
            case FunctionResultContent result:
                AddItem(Result(result));
                break;
            default:
                AddItem(OwnContent.Raw(content, OwnContent.OpenAIItem));
                break;
        }
    }

    private void AddOfOther(AIContent content)
    {
        if (content is FunctionResultContent result)
        {
            AddItem(Result(result));
        }
        else if (OpenAIResponsesParts.ToPart(content) is { } part)
        {
            _parts.Add(part);
        }
        else
        {
            AddItem(OwnContent.Raw(content, OwnContent.OpenAIItem));
        }
    }

    private void AddItem(JsonObject? item)
    {
        if (item is not null)
        {
            EndMessage();
            _items.Add((JsonNode)item);
        }
    }

    private void EndMessage()
    {
        if (_parts.Count == 0)
        {
            return;
        }

        // Some servers know a plain string alone from those who ask; what an assistant said is always a list.
        JsonNode content = _parts is [JsonObject { Count: 2 } only] && (string?)only["type"] == "input_text" ? only["text"]!.DeepClone() : new JsonArray([.. _parts]);
        _items.Add((JsonNode)new JsonObject { ["type"] = "message", ["role"] = _role, ["content"] = content });
        _parts.Clear();
    }

    // Open text of reasoning is for people; the server goes on from the encrypted form alone.
    private void AddReasoning(TextReasoningContent reasoning)
    {
        _reasoning += reasoning.Text;
        if (OwnContent.ProtectedData(reasoning, OpenAIResponsesJson.Protocol) is not { } encrypted)
        {
            return;
        }

        var item = new JsonObject { ["type"] = "reasoning" };
        RequestBody.Set(item, "id", reasoning.AdditionalProperties?.GetValueOrDefault(OpenAIResponsesJson.ItemId)?.ToString());
        item["summary"] = _reasoning.Length > 0 ? new JsonArray(Text("summary_text", _reasoning)) : new JsonArray();
        item["encrypted_content"] = encrypted;
        AddItem(item);
        _reasoning = "";
    }

    private JsonObject Call(FunctionCallContent call)
    {
        bool isCustom = OpenAIResponsesParts.IsMarked(call, OpenAIResponsesJson.CustomTool);
        _calls[call.CallId] = isCustom;
        var item = new JsonObject { ["type"] = isCustom ? "custom_tool_call" : "function_call", ["call_id"] = call.CallId, ["name"] = call.Name };
        item[isCustom ? "input" : "arguments"] = isCustom ? RequestBody.ToText(call.Arguments is { } arguments && arguments.TryGetValue("input", out object? input) ? input : null) : Arguments(call);
        return item;
    }

    private JsonObject Result(FunctionResultContent result)
    {
        bool isCustom = OpenAIResponsesParts.IsMarked(result, OpenAIResponsesJson.CustomTool) || _calls.GetValueOrDefault(result.CallId, _areResultsCustom);
        return new JsonObject
        {
            ["type"] = isCustom ? "custom_tool_call_output" : "function_call_output",
            ["call_id"] = result.CallId,
            ["output"] = OpenAIResponsesParts.Output(result.Result),
        };
    }

    // What a model cut off goes back as it came: a server that checks it says so better than an empty object would.
    private static string Arguments(FunctionCallContent call) => call switch
    {
        { Arguments: { } arguments } => RequestBody.ToJson(arguments, $"The arguments of a call of '{call.Name}'"),
        { AdditionalProperties: { } properties } when properties.GetValueOrDefault(StreamingKeys.ArgumentsRaw) is { } raw => $"{raw}",
        _ => "{}",
    };

    private static JsonObject Text(string type, string text) => new() { ["type"] = type, ["text"] = text };
}
