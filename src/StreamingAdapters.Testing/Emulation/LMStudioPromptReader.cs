using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>Reads the body of <c>/api/v1/chat</c>.</summary>
internal static class LMStudioPromptReader
{
    /// <param name="body">The request.</param>
    /// <param name="model">The model that it names.</param>
    /// <param name="before">The conversation that it goes on from.</param>
    public static EmulatedPrompt Read(JsonElement body, string model, IReadOnlyList<ChatMessage> before)
    {
        JsonElement[] parts = [.. body.Items("input")];
        string text = body.Text("input") ?? string.Join('\n', parts.Where(static part => part.Text("type") is "message").Select(static part => part.Text("content")));
        int images = parts.Count(static part => part.Text("type") is "image" && part.Text("data_url") is { Length: > 0 });
        string system = body.Text("system_prompt") ?? "";
        IEnumerable<ChatMessage> first = system.Length > 0 ? [new ChatMessage(ChatRole.System, system)] : [];
        ChatMessage[] messages = [.. first, .. before, new ChatMessage(ChatRole.User, text)];
        return new EmulatedPrompt
        {
            Model = model,
            IsStreamed = body.Flag("stream") ?? false,
            HasMessages = text.Length > 0 || images > 0,
            Messages = messages,
            Text = text,
            Images = images,
            Thinks = body.Text("reasoning") is { Length: > 0 } and not "off",
            MaxWords = body.Number("max_output_tokens"),
            IncludesUsage = true,
            PromptTokens = Math.Max(1, messages.Sum(static message => TextChunks.CountWords(message.Text))),
        };
    }
}
