using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the body of <c>generateContent</c>.</summary>
internal static class GeminiPromptReader
{
    public static EmulatedPrompt Read(JsonElement body, GeminiContents contents, string model, bool isStreamed)
    {
        JsonElement? generation = body.Member("generationConfig");
        JsonElement? calling = body.Member("toolConfig")?.Member("functionCallingConfig");
        bool wantsJson = generation?.Text("responseMimeType") is "application/json";
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = isStreamed,
            HasMessages = !contents.IsEmpty,
            Messages = contents.ToChatMessages(),
            Prefill = contents.Prefill,
            Text = GeminiContents.TextOf(contents.LastUser),
            Images = contents.Images,
            ToolResults = contents.ToolResults,
            Tools = [.. body.Items("tools").SelectMany(static tool => tool.Items("functionDeclarations")).Select(ReadTool).OfType<PromptTool>()],
            ToolChoice = calling?.Text("mode") switch
            {
                "NONE" => ToolChoice.None,
                "ANY" => ToolChoice.Required,
                _ => ToolChoice.Auto,
            },
            ForcedTool = calling?.Strings("allowedFunctionNames").FirstOrDefault(),
            Thinks = generation?.Member("thinkingConfig")?.Flag("includeThoughts") ?? false,
            Schema = generation?.Member("responseJsonSchema") ?? generation?.Member("responseSchema"),
            WantsJson = wantsJson,
            MaxWords = generation?.Number("maxOutputTokens"),
            Stops = [.. generation?.Strings("stopSequences") ?? []],
            IncludesUsage = true,
            PromptTokens = Math.Max(1, contents.Words + (body.Member("systemInstruction") is { } system ? TextChunks.CountWords(GeminiContents.TextOf(system)) : 0)),
        };
    }

    private static PromptTool? ReadTool(JsonElement function) =>
        function.Text("name") is { Length: > 0 } name ? new PromptTool(name, function.Member("parametersJsonSchema") ?? function.Member("parameters")) : null;
}
