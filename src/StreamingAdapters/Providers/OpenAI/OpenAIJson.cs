using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>The protocol's words for messages, content parts and schemas.</summary>
internal static class OpenAIJson
{
    /// <summary>The conversation; instructions lead as a system message.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public static JsonArray Messages(IReadOnlyList<ChatMessage> messages, string? instructions, OpenAIReasoningHistory reasoning)
    {
        var array = new JsonArray();
        if (!string.IsNullOrEmpty(instructions))
        {
            array.Add((JsonNode)new JsonObject { ["role"] = "system", ["content"] = instructions });
        }

        int lastUser = messages.Count - 1;
        while (lastUser >= 0 && messages[lastUser].Role != ChatRole.User)
        {
            lastUser--;
        }

        for (int i = 0; i < messages.Count; i++)
        {
            bool keepsReasoning = reasoning == OpenAIReasoningHistory.Details || (reasoning == OpenAIReasoningHistory.ToolLoop && i > lastUser);
            OpenAIReasoningHistory kept = keepsReasoning ? reasoning : OpenAIReasoningHistory.None;
            foreach (JsonObject node in RequestBody.InOrder(messages[i], own => own.Role == ChatRole.Assistant ? Assistant(own, kept) : Other(own), Result))
            {
                array.Add((JsonNode)node);
            }
        }

        return array;
    }

    /// <summary>A response format with a schema.</summary>
    public static JsonObject SchemaFormat(ChatResponseFormatJson format, JsonElement schema, bool? strict)
    {
        var node = new JsonObject { ["name"] = format.SchemaName ?? "response", ["schema"] = JsonNode.Parse(schema.GetRawText()) };
        RequestBody.Set(node, "description", format.SchemaDescription);
        RequestBody.Set(node, "strict", strict);
        return new JsonObject { ["type"] = "json_schema", ["json_schema"] = node };
    }

    private static JsonObject Result(FunctionResultContent result) =>
        new() { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = RequestBody.ToText(result.Result) };

    private static JsonObject Other(ChatMessage message)
    {
        var node = new JsonObject { ["role"] = message.Role == ChatRole.Tool ? "user" : message.Role.Value };
        JsonNode?[] parts = [.. message.Contents.Select(Part).Where(part => part is not null)];

        // Many compatible servers know a plain string alone.
        node["content"] = parts is [JsonObject { Count: 2 } only] && only.ContainsKey("text") ? only["text"]!.DeepClone() : parts.Length == 0 ? "" : new JsonArray(parts);
        RequestBody.Set(node, "name", Name(message.AuthorName));
        return node;
    }

    private static JsonObject Assistant(ChatMessage message, OpenAIReasoningHistory reasoning)
    {
        var node = new JsonObject { ["role"] = "assistant" };
        JsonNode?[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(Call)];
        string text = message.Text;
        node["content"] = text.Length == 0 && calls.Length > 0 ? null : text;
        RequestBody.Set(node, "name", Name(message.AuthorName));
        RequestBody.Set(node, "refusal", message.Contents.OfType<ErrorContent>().FirstOrDefault(error => error.ErrorCode == "Refusal")?.Message);
        RequestBody.Set(node, "tool_calls", calls.Length > 0 ? new JsonArray(calls) : null);
        RequestBody.Set(node, "prefix", message.AdditionalProperties?.GetValueOrDefault("prefix") as bool?);
        AddReasoning(node, message, reasoning);
        return node;
    }

    private static void AddReasoning(JsonObject node, ChatMessage message, OpenAIReasoningHistory reasoning)
    {
        TextReasoningContent[] contents = [.. message.Contents.OfType<TextReasoningContent>()];
        if (reasoning == OpenAIReasoningHistory.ToolLoop)
        {
            string text = string.Concat(contents.Select(content => content.Text));
            RequestBody.Set(node, "reasoning_content", text.Length > 0 ? text : null);
        }
        else if (reasoning == OpenAIReasoningHistory.Details)
        {
            RequestBody.Set(node, "reasoning_details", ReasoningDetails.FromHistory(contents));
        }
    }

    // OpenAI takes letters, digits, _ and - alone, at most 64 of them.
    private static string? Name(string? author)
    {
        string name = string.Concat((author ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(64));
        return name.Length > 0 ? name : null;
    }

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = Arguments(call) },
    };

    // What a model cut off goes back as it came: a server that checks it says so better than an empty object would.
    private static string Arguments(FunctionCallContent call) => call switch
    {
        { Arguments: { } arguments } => RequestBody.ToJson(arguments, $"The arguments of a call of '{call.Name}'"),
        { AdditionalProperties: { } properties } when properties.GetValueOrDefault(Streams.StreamingKeys.ArgumentsRaw) is { } raw => $"{raw}",
        _ => "{}",
    };

    private static JsonObject? Part(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["type"] = "text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => Image(data.Uri, data),
        UriContent uri when uri.HasTopLevelMediaType("image") => Image(uri.Uri.AbsoluteUri, uri),
        DataContent data when data.HasTopLevelMediaType("audio") =>
            Nested("input_audio", new JsonObject { ["data"] = data.Base64Data.ToString(), ["format"] = AudioFormat(data.MediaType) }),
        DataContent data => Nested("file", new JsonObject { ["filename"] = data.Name ?? "file", ["file_data"] = data.Uri }),
        HostedFileContent file => Nested("file", new JsonObject { ["file_id"] = file.FileId }),
        UriContent uri => throw new ChatValidationException($"Chat completions take links to images alone; a message links to {uri.MediaType}. Load it into a DataContent."),
        _ => null,
    };

    private static JsonObject Image(string url, AIContent content)
    {
        var image = new JsonObject { ["url"] = url };
        RequestBody.Set(image, "detail", content.AdditionalProperties?.GetValueOrDefault("detail")?.ToString());
        return Nested("image_url", image);
    }

    private static JsonObject Nested(string type, JsonObject value) => new() { ["type"] = type, [type] = value };

    private static string AudioFormat(string mediaType) => mediaType switch
    {
        "audio/mpeg" or "audio/mp3" => "mp3",
        "audio/wav" or "audio/x-wav" or "audio/wave" => "wav",
        _ => mediaType["audio/".Length..],
    };
}
