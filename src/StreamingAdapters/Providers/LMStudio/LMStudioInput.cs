using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.LMStudio;

/// <summary>Messages and tools in the protocol's words.</summary>
internal static class LMStudioInput
{
    /// <summary>What the protocol cannot do, and where it can be done.</summary>
    public static ChatValidationException Refused(string what) =>
        new($"LM Studio's own API takes {what}, or use {nameof(OpenAIChatClient)} with {nameof(OpenAIDialect)}.{nameof(OpenAIDialect.LMStudio)}.");

    /// <summary>Instructions, then the system messages, a line apart; null for none.</summary>
    public static string? SystemPrompt(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        IEnumerable<string?> texts = messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text).Prepend(instructions).OfType<string>();
        string prompt = string.Join('\n', texts.Where(text => !string.IsNullOrEmpty(text)));
        return prompt.Length > 0 ? prompt : null;
    }

    /// <summary>The new messages: a text, or where there is more than one, or an image, the parts of it.</summary>
    /// <exception cref="ChatValidationException">A message is not the user's, holds what the protocol cannot carry, or there is none.</exception>
    public static JsonNode Of(IReadOnlyList<ChatMessage> messages)
    {
        JsonObject[] parts = [.. messages.Where(message => message.Role != ChatRole.System).SelectMany(Parts)];
        return parts switch
        {
            [] => throw Refused("at least one message of the user: give one"),
            [var only] when only["content"] is { } text => text.DeepClone(),
            _ => new JsonArray([.. parts]),
        };
    }

    /// <summary>The servers of tools.</summary>
    /// <exception cref="ChatValidationException">A tool is one that the server cannot run.</exception>
    public static JsonArray Integrations(ChatOptions options) => new([.. (options.Tools ?? []).Select(Integration)]);

    private static IEnumerable<JsonObject> Parts(ChatMessage message)
    {
        if (message.Role == ChatRole.Assistant)
        {
            throw Refused("no messages of the assistant, as it keeps the conversation itself: give ChatOptions.ConversationId of the last answer and the new messages alone");
        }

        return message.Contents.Select(Part).OfType<JsonObject>();
    }

    private static JsonObject? Part(AIContent content) => content switch
    {
        TextContent { Text.Length: > 0 } text => new JsonObject { ["type"] = "message", ["content"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => new JsonObject { ["type"] = "image", ["data_url"] = data.Uri },
        DataContent data => throw Refused($"images and nothing else beside text, and a message holds data of type {data.MediaType}: leave it out"),
        UriContent or HostedFileContent => throw Refused("images as bytes, and a message holds a link or a file: load it into a DataContent"),
        FunctionResultContent or FunctionCallContent => throw Refused("no calls of the application's functions and no results: leave them out"),
        _ => null,
    };

    private static JsonObject Integration(AITool tool)
    {
        if (tool is not HostedMcpServerTool server)
        {
            throw Refused($"tools of MCP servers alone, and '{tool.Name}' is none: leave it out");
        }

        if (server.ApprovalMode is HostedMcpServerToolAlwaysRequireApprovalMode or HostedMcpServerToolRequireSpecificApprovalMode { AlwaysRequireApprovalToolNames.Count: > 0 })
        {
            throw Refused($"tools that it may call without asking, and those of '{server.ServerName}' need an approval: allow them");
        }

        return McpServers.ToNode("ephemeral_mcp", server);
    }
}
