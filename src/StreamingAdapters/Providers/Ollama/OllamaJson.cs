using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>The protocol's words for messages, images and tools.</summary>
internal static class OllamaJson
{
    /// <summary>The conversation; instructions lead as a system message.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public static JsonArray Messages(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var array = new JsonArray();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            array.Add((JsonNode)new JsonObject { ["role"] = "system", ["content"] = options.Instructions });
        }

        // A result names its call by id alone; the server wants the tool's name too.
        var toolNames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ChatMessage message in messages)
        {
            foreach (JsonObject node in RequestBody.InOrder(message, own => Message(own, toolNames), result => Result(result, toolNames)))
            {
                array.Add((JsonNode)node);
            }
        }

        return array;
    }

    /// <summary>Images as base64 without a data: prefix; null when there are none.</summary>
    /// <exception cref="ChatValidationException">A content is neither text nor image bytes.</exception>
    public static JsonArray? Images(IReadOnlyList<AIContent> contents)
    {
        JsonArray? images = null;
        foreach (AIContent content in contents)
        {
            if (content is DataContent data && data.HasTopLevelMediaType("image"))
            {
                (images ??= new JsonArray()).Add((JsonNode)data.Base64Data.ToString());
            }
            else if (content is DataContent or UriContent or HostedFileContent)
            {
                throw new ChatValidationException(
                    $"Ollama takes images as bytes and nothing else beside text; a message holds {Describe(content)}. Load it into a DataContent with an image media type.");
            }
        }

        return images;
    }

    private static string Describe(AIContent content) => content switch
    {
        DataContent data => $"data of type {data.MediaType}",
        UriContent uri => $"a link to {uri.MediaType}",
        _ => content.GetType().Name,
    };

    private static JsonObject Result(FunctionResultContent result, Dictionary<string, string> toolNames)
    {
        var node = new JsonObject { ["role"] = "tool", ["content"] = RequestBody.ToText(result.Result) };
        RequestBody.Set(node, "tool_name", toolNames.GetValueOrDefault(result.CallId));
        node["tool_call_id"] = result.CallId;
        return node;
    }

    private static JsonObject Message(ChatMessage message, Dictionary<string, string> toolNames)
    {
        string role = message.Role == ChatRole.Assistant || message.Role == ChatRole.System ? message.Role.Value : "user";
        var node = new JsonObject { ["role"] = role, ["content"] = message.Text };
        string thinking = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(reasoning => reasoning.Text));
        RequestBody.Set(node, "thinking", thinking.Length > 0 ? thinking : null);
        RequestBody.Set(node, "images", Images([.. message.Contents]));
        JsonNode?[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(call => Call(call, toolNames))];
        RequestBody.Set(node, "tool_calls", calls.Length > 0 ? new JsonArray(calls) : null);
        return node;
    }

    private static JsonObject Call(FunctionCallContent call, Dictionary<string, string> toolNames)
    {
        toolNames[call.CallId] = call.Name;
        return new JsonObject
        {
            ["id"] = call.CallId,
            ["function"] = new JsonObject
            {
                ["name"] = call.Name,
                ["arguments"] = RequestBody.ToNode(call.Arguments, $"The arguments of a call of '{call.Name}'") ?? new JsonObject(),
            },
        };
    }
}
