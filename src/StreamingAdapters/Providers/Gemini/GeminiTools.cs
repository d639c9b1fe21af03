using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Tools, and how the model is to choose among them.</summary>
internal static class GeminiTools
{
    /// <summary>The tools that the protocol knows; null when there are none.</summary>
    public static JsonArray? ToArray(IList<AITool>? tools)
    {
        JsonNode?[] functions = [.. (tools ?? []).OfType<AIFunctionDeclaration>().Select(Function)];
        JsonNode?[] hosted = [.. (tools ?? []).Select(Hosted).Where(tool => tool is not null)];
        JsonNode?[] all = functions.Length > 0 ? [new JsonObject { ["functionDeclarations"] = new JsonArray(functions) }, .. hosted] : hosted;
        return all.Length > 0 ? new JsonArray(all) : null;
    }

    /// <summary>How to choose among the functions; null leaves it to the server, which refuses a choice where there are none.</summary>
    public static JsonObject? ToConfig(ChatOptions options)
    {
        if (options.Tools?.OfType<AIFunctionDeclaration>().Any() is not true)
        {
            return null;
        }

        JsonObject? calling = options.ToolMode switch
        {
            NoneChatToolMode => new JsonObject { ["mode"] = "NONE" },
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject { ["mode"] = "ANY", ["allowedFunctionNames"] = new JsonArray(name) },
            RequiredChatToolMode => new JsonObject { ["mode"] = "ANY" },
            AutoChatToolMode => new JsonObject { ["mode"] = "AUTO" },
            _ => null,
        };
        return calling is null ? null : new JsonObject { ["functionCallingConfig"] = calling };
    }

    private static JsonObject? Hosted(AITool tool) => tool switch
    {
        HostedWebSearchTool => new JsonObject { ["googleSearch"] = new JsonObject() },
        HostedCodeInterpreterTool => new JsonObject { ["codeExecution"] = new JsonObject() },
        _ => null,
    };

    private static JsonObject Function(AIFunctionDeclaration function)
    {
        var node = new JsonObject { ["name"] = function.Name };
        RequestBody.Set(node, "description", string.IsNullOrEmpty(function.Description) ? null : function.Description);
        RequestBody.Set(node, "parametersJsonSchema", function.JsonSchema.ValueKind == JsonValueKind.Object ? JsonNode.Parse(function.JsonSchema.GetRawText()) : null);
        return node;
    }
}
