using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the body of <c>/v1/messages</c>.</summary>
internal static class AnthropicPromptReader
{
    public static EmulatedPrompt Read(JsonElement body, string model)
    {
        var messages = new AnthropicMessages(body);
        JsonElement? choice = body.Member("tool_choice");
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = body.Flag("stream") ?? false,
            HasMessages = !messages.IsEmpty,
            Messages = messages.ToChatMessages(),
            Prefill = messages.Prefill,
            Text = AnthropicMessages.TextOf(messages.LastUser),
            Images = messages.Images,
            ToolResults = messages.ToolResults,
            Tools = [.. body.Items("tools").Select(ReadTool).OfType<PromptTool>()],
            ToolChoice = choice?.Text("type") switch
            {
                "none" => ToolChoice.None,
                "any" or "tool" => ToolChoice.Required,
                _ => ToolChoice.Auto,
            },
            ForcedTool = choice?.Text("type") is "tool" ? choice?.Text("name") : null,
            AllowsParallelCalls = !(choice?.Flag("disable_parallel_tool_use") ?? false),
            Thinks = body.Member("thinking")?.Text("type") is "enabled" or "adaptive",
            Schema = body.Member("output_config")?.Member("format")?.Member("schema"),
            MaxWords = body.Number("max_tokens"),
            Stops = [.. body.Strings("stop_sequences")],
            IncludesUsage = true,
            PromptTokens = Math.Max(1, messages.Words + TextChunks.CountWords(AnthropicMessages.TextOf(body, "system"))),
        };
    }

    // The server's own tools have a type, and no schema.
    private static PromptTool? ReadTool(JsonElement tool) =>
        tool.Text("name") is { Length: > 0 } name && tool.Member("input_schema") is { } schema ? new PromptTool(name, schema) : null;
}
