using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers;

/// <summary>Servers of tools as the tools of a request, in the words that OpenAI's Responses and LM Studio share.</summary>
internal static class McpServers
{
    /// <summary>One server.</summary>
    public static JsonObject ToNode(string type, HostedMcpServerTool server)
    {
        var node = new JsonObject { ["type"] = type, ["server_label"] = server.ServerName, ["server_url"] = server.ServerAddress };
        RequestBody.Set(node, "allowed_tools", RequestBody.ToArray(server.AllowedTools));
        if (server.Headers is { Count: > 0 } headers)
        {
            node["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        }

        return node;
    }
}
