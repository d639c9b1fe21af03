using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>A conversation to <c>system</c> and <c>messages</c>: two roles that alternate, results first in the message behind their calls.</summary>
internal static class AnthropicMessages
{
    private const string CacheControl = "cache_control";

    /// <summary>The instructions and every system message: a string, or blocks where one of them is to be cached; null for none.</summary>
    public static JsonNode? System(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        ChatMessage[] system = [.. messages.Where(message => message.Role == ChatRole.System)];
        List<JsonObject> blocks = string.IsNullOrWhiteSpace(instructions) ? [] : [Text(instructions)];
        foreach (ChatMessage message in system)
        {
            List<JsonObject> said = Blocks(message.Contents.OfType<TextContent>());
            SetCacheControl(said.LastOrDefault(), message.AdditionalProperties);
            blocks.AddRange(said);
        }

        return blocks.Count == 0 ? null
            : blocks.Exists(block => block.ContainsKey(CacheControl)) ? new JsonArray([.. blocks])
            : string.Join("\n\n", system.Select(message => message.Text).Prepend(instructions).Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    /// <summary>Everything that is said.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="files">What the code that the server runs is to find, from the first message on.</param>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public static JsonArray Messages(IReadOnlyList<ChatMessage> messages, IEnumerable<HostedFileContent> files)
    {
        var array = new JsonArray();
        List<JsonObject> blocks = [.. files.Select(file => new JsonObject { ["type"] = "container_upload", ["file_id"] = file.FileId })];
        bool isAssistant = false;
        foreach (ChatMessage message in messages.Where(message => message.Role != ChatRole.System))
        {
            JsonObject? last = null;
            foreach ((bool isOfAssistant, AIContent[] contents) in Turns(message))
            {
                List<JsonObject> said = Blocks(contents);
                if (said.Count > 0 && isOfAssistant != isAssistant)
                {
                    Flush(array, blocks, isAssistant);
                    isAssistant = isOfAssistant;
                }

                blocks.AddRange(said);
                last = said.LastOrDefault() ?? last;
            }

            SetCacheControl(last, message.AdditionalProperties);
        }

        Flush(array, blocks, isAssistant);
        return array;
    }

    // Results are the user's, wherever they stand: behind an assistant's own contents, in front of any other's.
    private static IEnumerable<(bool IsOfAssistant, AIContent[] Contents)> Turns(ChatMessage message)
    {
        AIContent[] results = [.. message.Contents.Where(content => content is FunctionResultContent)];
        AIContent[] own = [.. message.Contents.Where(content => content is not FunctionResultContent)];
        bool isAssistant = message.Role == ChatRole.Assistant;
        return isAssistant ? [(true, own), (false, results)] : [(false, results), (false, own)];
    }

    private static void Flush(JsonArray array, List<JsonObject> blocks, bool isAssistant)
    {
        if (blocks.Count > 0)
        {
            // The server wants results first, of all the messages that are merged here.
            IEnumerable<JsonObject> ordered = blocks.OrderBy(block => (string?)block["type"] == "tool_result" ? 0 : 1);
            array.Add((JsonNode)new JsonObject { ["role"] = isAssistant ? "assistant" : "user", ["content"] = new JsonArray([.. ordered]) });
            blocks.Clear();
        }
    }

    private static List<JsonObject> Blocks(IEnumerable<AIContent> contents)
    {
        List<JsonObject> blocks = [];
        string thinking = "";
        foreach (AIContent content in contents)
        {
            if (content is TextReasoningContent reasoning)
            {
                thinking = AddThinking(blocks, reasoning, thinking);
                continue;
            }

            thinking = "";
            if (AnthropicParts.ToBlock(content) is { } block)
            {
                SetCacheControl(block, content.AdditionalProperties);
                blocks.Add(block);
            }

            Cite(blocks, content);
        }

        return blocks;
    }

    // Citations stand on an empty text behind the one that they are of; where another stage joined the two, on that itself.
    private static void Cite(List<JsonObject> blocks, AIContent content)
    {
        JsonNode[] citations = [.. AnthropicParts.Citations(content)];
        if (citations.Length > 0 && blocks is [.., var last] && (string?)last["type"] == "text")
        {
            RequestBody.Set(last, "citations", new JsonArray(citations));
        }
    }

    // Thinking goes back with its signature and not without: the server refuses it unsigned.
    private static string AddThinking(List<JsonObject> blocks, TextReasoningContent reasoning, string before)
    {
        string thinking = before + reasoning.Text;
        if (OwnContent.ProtectedData(reasoning, AnthropicJson.Protocol) is not { } signature)
        {
            return thinking;
        }

        bool isRedacted = thinking.Length == 0 && RequestBody.ToBoolean(reasoning.AdditionalProperties?.GetValueOrDefault(AnthropicJson.OmittedThinking)) is not true;
        blocks.Add(isRedacted
            ? new JsonObject { ["type"] = "redacted_thinking", ["data"] = signature }
            : new JsonObject { ["type"] = "thinking", ["thinking"] = thinking, ["signature"] = signature });
        return "";
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    /// <summary>Marks a block, or a tool, to be cached as its properties say.</summary>
    public static void SetCacheControl(JsonObject? block, IReadOnlyDictionary<string, object?>? properties)
    {
        if (properties?.GetValueOrDefault(CacheControl) is { } control)
        {
            RequestBody.Set(block, CacheControl, RequestBody.ToNode(control, $"The property '{CacheControl}'"));
        }
    }
}
