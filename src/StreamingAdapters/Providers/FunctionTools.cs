using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers;

/// <summary>Functions as the tools of a request, in the shape that OpenAI's chat completions and Ollama share.</summary>
internal static class FunctionTools
{
    /// <summary>The functions that the model may call; null when there are none.</summary>
    public static JsonArray? ToArray(IList<AITool>? tools)
    {
        JsonNode?[] functions = [.. (tools ?? []).OfType<AIFunctionDeclaration>().Select(ToNode)];
        return functions.Length > 0 ? new JsonArray(functions) : null;
    }

    /// <summary>One function; <c>strict</c> goes along when the function asks for it.</summary>
    private static JsonNode ToNode(AIFunctionDeclaration function)
    {
        var node = new JsonObject { ["name"] = function.Name };
        RequestBody.Set(node, "description", string.IsNullOrEmpty(function.Description) ? null : function.Description);
        RequestBody.Set(node, "parameters", function.JsonSchema.ValueKind == JsonValueKind.Object ? JsonNode.Parse(function.JsonSchema.GetRawText()) : null);
        RequestBody.Set(node, "strict", RequestBody.ToBoolean(function.AdditionalProperties.GetValueOrDefault("strict")));
        return new JsonObject { ["type"] = "function", ["function"] = node };
    }
}
