using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the body of <c>/v1/responses</c>.</summary>
internal static class OpenAIResponsesPromptReader
{
    public static EmulatedPrompt Read(JsonElement body, ResponsesInput input, string model)
    {
        JsonElement? format = body.Member("text")?.Member("format");
        (ToolChoice choice, string? forced) = ReadToolChoice(body.Member("tool_choice"));
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = body.Flag("stream") ?? false,
            Messages = input.ToChatMessages(),
            Prefill = input.Prefill,
            Text = ResponsesInput.TextOf(input.LastUser),
            Images = input.Images,
            ToolResults = input.ToolResults,
            Tools = [.. body.Items("tools").Select(ReadTool).OfType<PromptTool>()],
            ToolChoice = choice,
            ForcedTool = forced,
            AllowsParallelCalls = body.Flag("parallel_tool_calls") ?? true,
            Thinks = body.Member("reasoning")?.Text("effort") is { Length: > 0 } and not "none",
            WantsJson = format?.Text("type") is "json_object",
            Schema = format?.Member("schema"),
            MaxWords = body.Number("max_output_tokens"),
            IncludesUsage = true,
            PromptTokens = Math.Max(1, input.Words + TextChunks.CountWords(body.Text("instructions") ?? "")),
        };
    }

    private static PromptTool? ReadTool(JsonElement tool) =>
        tool.Text("type") is "function" && tool.Text("name") is { Length: > 0 } name ? new PromptTool(name, tool.Member("parameters")) : null;

    private static (ToolChoice Choice, string? Name) ReadToolChoice(JsonElement? choice) => choice switch
    {
        { ValueKind: JsonValueKind.String } word => word.GetString() switch
        {
            "none" => (ToolChoice.None, null),
            "required" => (ToolChoice.Required, null),
            _ => (ToolChoice.Auto, null),
        },
        { ValueKind: JsonValueKind.Object } one => (ToolChoice.Required, one.Text("name")),
        _ => (ToolChoice.Auto, null),
    };
}
