using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>Reads the bodies of <c>/api/chat</c> and <c>/api/generate</c>.</summary>
internal static class OllamaPromptReader
{
    public static EmulatedPrompt ReadChat(JsonElement body, string model)
    {
        var messages = new PromptMessages(body);
        return ReadCommon(body, model) with
        {
            HasMessages = messages.All.Length > 0,
            Messages = messages.ToChatMessages(),
            Prefill = messages.Prefill,
            Text = PromptMessages.TextOf(messages.LastUser),
            Images = messages.LastUser.Items("images").Count(),
            ToolResults = [.. messages.ToolResults.Select(static m => (m.Text("tool_name") ?? m.Text("name"), m.Text("content") ?? ""))],
            Tools = [.. body.Items("tools").Select(ReadTool).OfType<PromptTool>()],
            PromptTokens = Math.Max(1, messages.Words),
        };
    }

    public static EmulatedPrompt ReadGenerate(JsonElement body, string model)
    {
        string prompt = body.Text("prompt") ?? "";
        string system = body.Text("system") ?? "";
        return ReadCommon(body, model) with
        {
            HasMessages = prompt.Length > 0,
            Messages = [.. system.Length == 0 ? [] : (ChatMessage[])[new(ChatRole.System, system)], new(ChatRole.User, prompt)],
            Text = prompt,
            Images = body.Items("images").Count(),
            PromptTokens = Math.Max(1, TextChunks.CountWords(prompt) + TextChunks.CountWords(system)),
        };
    }

    // The shape of a tool is OpenAI's.
    public static PromptTool? ReadTool(JsonElement tool) =>
        tool.Member("function") is { } function && function.Text("name") is { Length: > 0 } name ? new PromptTool(name, function.Member("parameters")) : null;

    private static EmulatedPrompt ReadCommon(JsonElement body, string model)
    {
        JsonElement options = body.Member("options") ?? default;
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = body.Flag("stream") ?? true,
            Thinks = body.Flag("think") ?? body.Text("think") is { Length: > 0 },
            WantsJson = body.Text("format") is "json",
            Schema = body.Member("format") is { ValueKind: JsonValueKind.Object } schema ? schema : null,
            // -1 and -2 mean "without limit" and "fill the context".
            MaxWords = options.Number("num_predict") is { } most and >= 0 ? most : null,
            Stops = [.. options.Strings("stop")],
        };
    }
}
