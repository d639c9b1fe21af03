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
    public static JsonNode? ToChoice(ChatOptions options) => options.ToolMode switch
    {
        null => null,
        NoneChatToolMode => "none",
        RequiredChatToolMode { RequiredFunctionName: { } name } => ToChoice(name, options.Tools),
        RequiredChatToolMode => "required",
        _ => "auto",
    };

    /// <summary>Whether the application's tools, of which there are some, all take text. A result then is of one of them, also where its call is not known.</summary>
    public static bool AreCustom(IList<AITool>? tools)
    {
        string?[] types = [.. (ToArray(tools) ?? []).Select(node => Member(node, "type")).Where(type => type is "function" or "custom")];
        return types.Length > 0 && Array.TrueForAll(types, type => type == "custom");
    }

    // What names a tool of its type: nothing more for most of the server's own.
    private static JsonObject ToChoice(string name, IList<AITool>? tools)
    {
        JsonNode? tool = (from one in tools ?? []
                          let node = ToNode(one)
                          where one.Name == name || Member(node, "name") == name
                          select node).FirstOrDefault();
        return tool is JsonObject members
            ? new JsonObject(members.Where(member => member.Key is "type" or "name" or "server_label").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
            : new JsonObject { ["type"] = "function", ["name"] = name };
    }

    private static JsonNode? ToNode(AITool tool) => tool.AdditionalProperties.GetValueOrDefault(OpenAIResponsesJson.Tool) is { } own
        ? RequestBody.ToNode(own, $"The property '{OpenAIResponsesJson.Tool}' of the tool '{tool.Name}'")
        : tool switch
        {
            AIFunctionDeclaration function => Function(function),
            HostedWebSearchTool => new JsonObject { ["type"] = "web_search" },
            HostedFileSearchTool search => FileSearch(search),
            HostedCodeInterpreterTool interpreter => CodeInterpreter(interpreter),
            HostedImageGenerationTool images => ImageGeneration(images.Options),
            HostedMcpServerTool server => McpServer(server),
            _ => null,
        };

    private static JsonObject Function(AIFunctionDeclaration function)
    {
        var node = new JsonObject { ["type"] = "function", ["name"] = function.Name };
        RequestBody.Set(node, "description", string.IsNullOrEmpty(function.Description) ? null : function.Description);
        RequestBody.Set(node, "parameters", function.JsonSchema.ValueKind == JsonValueKind.Object ? JsonNode.Parse(function.JsonSchema.GetRawText()) : null);

        // Where nothing is said, the server makes a schema strict, which many a schema is not made for.
        node["strict"] = RequestBody.ToBoolean(function.AdditionalProperties.GetValueOrDefault("strict")) is true;
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

    private static JsonObject ImageGeneration(ImageGenerationOptions? options)
    {
        var node = new JsonObject { ["type"] = "image_generation" };
        RequestBody.Set(node, "model", options?.ModelId);
        RequestBody.Set(node, "size", options?.ImageSize is { } size ? $"{size.Width}x{size.Height}" : null);
        RequestBody.Set(node, "output_format", options?.MediaType?.Replace("image/", "", StringComparison.OrdinalIgnoreCase));
        return node;
    }

    private static JsonObject McpServer(HostedMcpServerTool server)
    {
        JsonObject node = McpServers.ToNode("mcp", server);
        if (!Uri.TryCreate(server.ServerAddress, UriKind.Absolute, out _))
        {
            // OpenAI's own connectors have an id and no address.
            node.Remove("server_url");
            node["connector_id"] = server.ServerAddress;
        }

        RequestBody.Set(node, "server_description", server.ServerDescription);
        RequestBody.Set(node, "require_approval", server.ApprovalMode switch
        {
            HostedMcpServerToolAlwaysRequireApprovalMode => "always",
            HostedMcpServerToolNeverRequireApprovalMode => "never",
            HostedMcpServerToolRequireSpecificApprovalMode mode => Approvals(mode),
            _ => null,
        });
        return node;
    }

    private static JsonObject Approvals(HostedMcpServerToolRequireSpecificApprovalMode mode)
    {
        var approvals = new JsonObject();
        RequestBody.Set(approvals, "always", ToolNames(mode.AlwaysRequireApprovalToolNames));
        RequestBody.Set(approvals, "never", ToolNames(mode.NeverRequireApprovalToolNames));
        return approvals;
    }

    private static JsonObject? ToolNames(IList<string>? names) => names is null ? null : new() { ["tool_names"] = Ids(names) };

    private static string? Member(JsonNode? tool, string name) => (tool as JsonObject)?[name]?.ToString();

    private static JsonArray Ids(IEnumerable<string> ids) => new([.. ids.Select(id => (JsonNode)id)]);
}
