using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>A conversation to <c>systemInstruction</c> and <c>contents</c>: two roles, and the responses of a turn in one content.</summary>
internal sealed class GeminiContents
{
    private readonly JsonArray _contents = [];

    // A result names its call by id alone; the server wants the function's name too.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The instructions and every system message; null for none.</summary>
    public static JsonObject? System(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        JsonNode?[] parts =
        [
            .. string.IsNullOrEmpty(instructions) ? [] : (string[])[instructions],
            .. messages.Where(message => message.Role == ChatRole.System).SelectMany(message => message.Contents.OfType<TextContent>()).Select(text => text.Text),
        ];
        JsonNode?[] texts = [.. parts.Where(text => text!.GetValue<string>().Length > 0).Select(text => new JsonObject { ["text"] = text })];
        return texts.Length > 0 ? new JsonObject { ["parts"] = new JsonArray(texts) } : null;
    }

    /// <summary>Everything that is said.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="signsCalls">Whether calls that another model made get a signature in the place of their missing one.</param>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public static JsonArray Map(IReadOnlyList<ChatMessage> messages, bool signsCalls = false)
    {
        var contents = new GeminiContents();
        foreach (ChatMessage message in messages.Where(message => message.Role != ChatRole.System))
        {
            contents.Add(message);
        }

        if (signsCalls)
        {
            contents.SignCalls();
        }

        return contents._contents;
    }

    // Gemini 3 refuses a step whose first call has no signature, as all have that other models made. Google names this one for such conversations
    // ("Thought signatures" in its documentation of the Gemini API).
    private void SignCalls()
    {
        foreach (JsonNode? content in _contents.Where(content => (string?)content!["role"] == "model"))
        {
            JsonObject[] calls = [.. content!["parts"]!.AsArray().OfType<JsonObject>().Where(part => part.ContainsKey("functionCall"))];
            if (calls.Length > 0 && !calls.Any(call => call.ContainsKey(GeminiJson.Signature)))
            {
                calls[0][GeminiJson.Signature] = "skip_thought_signature_validator";
            }
        }
    }

    // Results are the user's, wherever they stand: behind a model's own contents, in front of any other's.
    private void Add(ChatMessage message)
    {
        bool isModel = message.Role == ChatRole.Assistant;
        JsonObject[] results = [.. message.Contents.OfType<FunctionResultContent>().Select(Response)];
        if (!isModel)
        {
            Append("user", results);
        }

        Append(isModel ? "model" : "user", Parts(message));
        if (isModel)
        {
            Append("user", [.. message.Contents.OfType<FunctionResultContent>().Select(Response)]);
        }
    }

    private void Append(string role, IEnumerable<JsonObject> parts)
    {
        foreach (JsonObject part in parts)
        {
            if (_contents.LastOrDefault() is not JsonObject last || (string?)last["role"] != role)
            {
                _contents.Add((JsonNode)(last = new JsonObject { ["role"] = role, ["parts"] = new JsonArray() }));
            }

            last["parts"]!.AsArray().Add((JsonNode)part);
        }
    }

    private List<JsonObject> Parts(ChatMessage message)
    {
        List<JsonObject> parts = [];
        foreach (AIContent content in message.Contents)
        {
            if (content is TextReasoningContent reasoning)
            {
                AddThought(parts, reasoning);
            }
            else if (ToPart(content) is { } part)
            {
                RequestBody.Set(part, GeminiJson.Signature, content.AdditionalProperties?.GetValueOrDefault(GeminiJson.Signature)?.ToString());
                parts.Add(part);
            }
        }

        return parts;
    }

    // A signature goes back on the part that it came on: the thought's own, the text in front of it, or an empty text. Thoughts without one do not go back.
    private static void AddThought(List<JsonObject> parts, TextReasoningContent reasoning)
    {
        if (OwnContent.ProtectedData(reasoning, GeminiJson.Protocol) is not { } signature)
        {
            return;
        }

        bool isOfText = reasoning.Text.Length == 0 && parts is [.., var last] && last.ContainsKey("text") && !last.ContainsKey(GeminiJson.Signature);
        JsonObject part = isOfText ? parts[^1] : new JsonObject { ["text"] = reasoning.Text };
        RequestBody.Set(part, "thought", reasoning.Text.Length > 0 ? true : null);
        part[GeminiJson.Signature] = signature;
        if (!isOfText)
        {
            parts.Add(part);
        }
    }

    private JsonObject? ToPart(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0 ? new JsonObject { ["text"] = text.Text } : null,
        FunctionCallContent call => Call(call),
        FunctionResultContent => null,
        _ => Data(content) ?? OwnContent.Raw(content, OwnContent.GeminiPart),
    };

    private static JsonObject? Data(AIContent content) => content switch
    {
        DataContent data => new JsonObject { ["inlineData"] = new JsonObject { ["mimeType"] = data.MediaType, ["data"] = data.Base64Data.ToString() } },
        UriContent uri => File(uri.Uri.AbsoluteUri, uri.MediaType),
        HostedFileContent file => File(file.FileId, file.MediaType),
        _ => null,
    };

    private static JsonObject File(string address, string? mediaType)
    {
        var file = new JsonObject();
        RequestBody.Set(file, "mimeType", mediaType);
        file["fileUri"] = address;
        return new JsonObject { ["fileData"] = file };
    }

    private JsonObject Call(FunctionCallContent call)
    {
        _names[call.CallId] = call.Name;
        var function = new JsonObject();
        RequestBody.Set(function, "id", Id(call.CallId));
        function["name"] = call.Name;
        function["args"] = RequestBody.ToNode(call.Arguments, $"The arguments of a call of '{call.Name}'") ?? new JsonObject();
        return new JsonObject { ["functionCall"] = function };
    }

    // What a tool gave beside text are parts of its response.
    private JsonObject Response(FunctionResultContent result)
    {
        bool isOther = result.Result is AIContent single and not TextContent && Data(single) is null;
        AIContent[] contents = isOther ? [] : RequestBody.Contents(result.Result);
        object? said = contents.Length > 0 ? contents : result.Result;
        JsonNode?[] data = [.. contents.Select(Data).Where(part => part is not null)];
        var function = new JsonObject();
        RequestBody.Set(function, "id", Id(result.CallId));
        function["name"] = _names.GetValueOrDefault(result.CallId, result.CallId);
        function["response"] = result.Exception is null ? Wrapped(said) : new JsonObject { ["error"] = RequestBody.ToText(said) };
        RequestBody.Set(function, "parts", data.Length > 0 ? new JsonArray(data) : null);
        return new JsonObject { ["functionResponse"] = function };
    }

    // An id that the server did not give means nothing to it, and older ones refuse it.
    private static string? Id(string id) => FunctionCalls.IsOwnId(id) ? null : id;

    // A response has to be an object.
    private static JsonObject Wrapped(object? result) =>
        result is not (string or IEnumerable<AIContent>) && RequestBody.ToNode(result, "A tool's result") is JsonObject whole ? whole : new JsonObject { ["result"] = Value(result) };

    private static JsonNode? Value(object? result) =>
        result is null or string or IEnumerable<AIContent> ? RequestBody.ToText(result) : RequestBody.ToNode(result, "A tool's result");
}
