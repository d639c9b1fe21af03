using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Tools, and how the model is to choose among them.</summary>
internal static class AnthropicTools
{
    /// <summary>The tools that the protocol knows; null when there are none.</summary>
    public static JsonArray? ToArray(IList<AITool>? tools)
    {
        JsonNode?[] all = [.. (tools ?? []).Select(ToNode).Where(tool => tool is not null)];
        return all.Length > 0 ? new JsonArray(all) : null;
    }

    /// <summary>How to choose.</summary>
    public static JsonObject ToChoice(ChatOptions options)
    {
        JsonObject choice = options.ToolMode switch
        {
            NoneChatToolMode => new JsonObject { ["type"] = "none" },
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject { ["type"] = "tool", ["name"] = name },
            RequiredChatToolMode => new JsonObject { ["type"] = "any" },
            _ => new JsonObject { ["type"] = "auto" },
        };
        bool isNone = options.ToolMode is NoneChatToolMode;
        RequestBody.Set(choice, "disable_parallel_tool_use", isNone ? null : !options.AllowMultipleToolCalls);
        return choice;
    }

    /// <summary>The beta features that the tools need.</summary>
    public static IEnumerable<string> Betas(IList<AITool>? tools) => (tools ?? []).Any(tool => tool is HostedCodeInterpreterTool) ? ["code-execution-2025-08-25"] : [];

    /// <summary>The files that the code which the server runs is to find.</summary>
    public static IEnumerable<HostedFileContent> Files(IList<AITool>? tools) =>
        (tools ?? []).OfType<HostedCodeInterpreterTool>().SelectMany(tool => tool.Inputs ?? []).OfType<HostedFileContent>();

    private static JsonObject? ToNode(AITool tool)
    {
        JsonObject? node = tool switch
        {
            AIFunctionDeclaration function => Function(function),
            HostedWebSearchTool => new JsonObject { ["type"] = "web_search_20250305", ["name"] = "web_search" },
            HostedCodeInterpreterTool => new JsonObject { ["type"] = "code_execution_20250825", ["name"] = "code_execution" },
            _ => null,
        };
        if (node is not null)
        {
            AnthropicMessages.SetCacheControl(node, tool.AdditionalProperties);
        }

        return node;
    }

    private static JsonObject Function(AIFunctionDeclaration function)
    {
        var node = new JsonObject { ["name"] = function.Name };
        RequestBody.Set(node, "description", string.IsNullOrEmpty(function.Description) ? null : function.Description);
        JsonObject schema = function.JsonSchema.ValueKind == JsonValueKind.Object ? JsonNode.Parse(function.JsonSchema.GetRawText())!.AsObject() : [];

        // The server requires it, and not every schema says it.
        RequestBody.Set(schema, "type", "object");
        node["input_schema"] = schema;
        RequestBody.Set(node, "strict", RequestBody.ToBoolean(function.AdditionalProperties.GetValueOrDefault("strict")));
        return node;
    }
}
