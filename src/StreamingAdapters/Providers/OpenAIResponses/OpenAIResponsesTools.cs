using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Tools of a request: the application's functions, and those that the server runs itself.</summary>
internal static class OpenAIResponsesTools
{
    /// <summary>The tools that the protocol has a word for; null when there are none.</summary>
    public static JsonArray? ToArray(IList<AITool>? tools)
    {
        JsonNode?[] nodes = [.. (tools ?? []).Select(ToNode).Where(node => node is not null)];
        return nodes.Length > 0 ? new JsonArray(nodes) : null;
    }

    /// <summary>Which of them the model has to call.</summary>
    public static JsonNode? ToChoice(ChatToolMode? mode) => mode switch
    {
        null => null,
        NoneChatToolMode => "none",
        RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject { ["type"] = "function", ["name"] = name },
        RequiredChatToolMode => "required",
        _ => "auto",
    };

    private static JsonNode? ToNode(AITool tool) => tool.AdditionalProperties.GetValueOrDefault(OpenAIResponsesJson.Tool) is { } own
        ? RequestBody.ToNode(own, $"The property '{OpenAIResponsesJson.Tool}' of the tool '{tool.Name}'")
        : tool switch
        {
            AIFunctionDeclaration function => Function(function),
            HostedWebSearchTool => new JsonObject { ["type"] = "web_search" },
            HostedFileSearchTool search => FileSearch(search),
            HostedCodeInterpreterTool interpreter => CodeInterpreter(interpreter),
            _ => null,
        };

    private static JsonObject Function(AIFunctionDeclaration function)
    {
        var node = new JsonObject { ["type"] = "function", ["name"] = function.Name };
        RequestBody.Set(node, "description", string.IsNullOrEmpty(function.Description) ? null : function.Description);
        RequestBody.Set(node, "parameters", function.JsonSchema.ValueKind == JsonValueKind.Object ? JsonNode.Parse(function.JsonSchema.GetRawText()) : null);

        // Where nothing is said, the server makes a schema strict, which many a schema is not made for.
        node["strict"] = function.AdditionalProperties.GetValueOrDefault("strict") is true;
        return node;
    }

    private static JsonObject FileSearch(HostedFileSearchTool tool)
    {
        var node = new JsonObject { ["type"] = "file_search", ["vector_store_ids"] = Ids((tool.Inputs ?? []).OfType<HostedVectorStoreContent>().Select(store => store.VectorStoreId)) };
        RequestBody.Set(node, "max_num_results", tool.MaximumResultCount);
        return node;
    }

    private static JsonObject CodeInterpreter(HostedCodeInterpreterTool tool)
    {
        var container = new JsonObject { ["type"] = "auto" };
        JsonArray files = Ids((tool.Inputs ?? []).OfType<HostedFileContent>().Select(file => file.FileId));
        RequestBody.Set(container, "file_ids", files.Count > 0 ? files : null);
        return new JsonObject { ["type"] = "code_interpreter", ["container"] = container };
    }

    private static JsonArray Ids(IEnumerable<string> ids) => new([.. ids.Select(id => (JsonNode)id)]);
}
