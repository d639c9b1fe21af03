using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>The messages of a request, in the shape that both protocols have.</summary>
internal sealed class PromptMessages
{
    private readonly JsonElement[] _beforePrefill;

    public PromptMessages(JsonElement body)
    {
        All = [.. body.Items("messages")];
        IsPrefilled = All is [.., var last] && last.Text("role") is "assistant";
        _beforePrefill = IsPrefilled ? All[..^1] : All;
    }

    public JsonElement[] All { get; }

    public JsonElement LastUser => All.LastOrDefault(static message => message.Text("role") is "user");

    public IEnumerable<JsonElement> ToolResults => _beforePrefill.Reverse().TakeWhile(static message => message.Text("role") is "tool").Reverse();

    public string? Prefill => IsPrefilled ? TextOf(All[^1]) : null;

    public int Words => All.Sum(static message => TextChunks.CountWords(TextOf(message)));

    private bool IsPrefilled { get; }

    public ChatMessage[] ToChatMessages() => [.. All
        .Select(static message => (Role: message.Text("role"), Text: TextOf(message)))
        .Where(static message => !string.IsNullOrWhiteSpace(message.Role))
        .Select(static message => new ChatMessage(new ChatRole(message.Role!), message.Text))];

    /// <summary>A message's text, which Ollama and OpenAI send as a string, OpenAI also in parts.</summary>
    public static string TextOf(JsonElement message) =>
        message.Text("content") ?? string.Concat(message.Items("content").Where(static part => part.Text("type") is "text").Select(static part => part.Text("text")));
}
