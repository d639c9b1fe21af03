using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the bodies of <c>/api/chat</c> and <c>/api/generate</c>.</summary>
internal static class OllamaPromptReader
{
    public static EmulatedPrompt ReadChat(JsonElement body, string model)
    {
        JsonElement[] messages = [.. body.Items("messages")];
        JsonElement[] results = [.. messages.Reverse().TakeWhile(static m => m.Text("role") is "tool").Reverse()];
        JsonElement lastUser = messages.LastOrDefault(static m => m.Text("role") is "user");
        return ReadCommon(body, model) with
        {
            HasMessages = messages.Length > 0,
            Text = lastUser.Text("content") ?? "",
            Images = lastUser.Items("images").Count(),
            ToolResults = [.. results.Select(static m => (m.Text("tool_name") ?? m.Text("name"), m.Text("content") ?? ""))],
            Tools = [.. body.Items("tools").Select(ReadTool).OfType<PromptTool>()],
            PromptTokens = Math.Max(1, messages.Sum(static m => TextChunks.CountWords(m.Text("content") ?? ""))),
        };
    }

    public static EmulatedPrompt ReadGenerate(JsonElement body, string model)
    {
        string prompt = body.Text("prompt") ?? "";
        return ReadCommon(body, model) with
        {
            HasMessages = prompt.Length > 0,
            Text = prompt,
            Images = body.Items("images").Count(),
            PromptTokens = Math.Max(1, TextChunks.CountWords(prompt) + TextChunks.CountWords(body.Text("system") ?? "")),
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
