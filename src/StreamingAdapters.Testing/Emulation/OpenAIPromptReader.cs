using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the body of <c>/v1/chat/completions</c>.</summary>
internal static class OpenAIPromptReader
{
    public static EmulatedPrompt Read(JsonElement body, string model)
    {
        var messages = new PromptMessages(body);
        JsonElement? format = body.Member("response_format");
        (ToolChoice choice, string? forced) = ReadToolChoice(body.Member("tool_choice"));
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = body.Flag("stream") ?? false,
            Messages = messages.ToChatMessages(),
            Prefill = messages.Prefill,
            Text = PromptMessages.TextOf(messages.LastUser),
            Images = messages.LastUser.Items("content").Count(static part => part.Text("type") is "image_url"),
            ToolResults = [.. messages.ToolResults.Select(result => (NameOf(messages.All, result.Text("tool_call_id")), PromptMessages.TextOf(result)))],
            Tools = [.. body.Items("tools").Select(OllamaPromptReader.ReadTool).OfType<PromptTool>()],
            ToolChoice = choice,
            ForcedTool = forced,
            AllowsParallelCalls = body.Flag("parallel_tool_calls") ?? true,
            Thinks = body.Text("reasoning_effort") is { Length: > 0 } and not "none",
            WantsJson = format?.Text("type") is "json_object",
            Schema = format?.Member("json_schema")?.Member("schema"),
            // LM Studio takes -1 as "without limit".
            MaxWords = (body.Number("max_completion_tokens") ?? body.Number("max_tokens")) is { } most and >= 0 ? most : null,
            Stops = [.. body.Strings("stop")],
            Choices = Math.Max(1, body.Number("n") ?? 1),
            IncludesUsage = body.Member("stream_options")?.Flag("include_usage") ?? false,
            WithLogprobs = body.Flag("logprobs") ?? false,
            TopLogprobs = body.Number("top_logprobs") ?? 0,
            PromptTokens = Math.Max(1, messages.Words),
        };
    }

    // A result names only the call's id; the name stands in the assistant message that made the call.
    private static string? NameOf(JsonElement[] messages, string? callId) => messages
        .SelectMany(static message => message.Items("tool_calls"))
        .LastOrDefault(call => callId is not null && string.Equals(call.Text("id"), callId, StringComparison.Ordinal))
        .Member("function")?.Text("name");

    private static (ToolChoice Choice, string? Name) ReadToolChoice(JsonElement? choice) => choice switch
    {
        { ValueKind: JsonValueKind.String } word => word.GetString() switch
        {
            "none" => (ToolChoice.None, null),
            "required" => (ToolChoice.Required, null),
            _ => (ToolChoice.Auto, null),
        },
        { ValueKind: JsonValueKind.Object } one => (ToolChoice.Required, one.Member("function")?.Text("name")),
        _ => (ToolChoice.Auto, null),
    };
}
