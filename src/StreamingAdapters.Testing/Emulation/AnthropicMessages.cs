using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>The messages of a request to Anthropic: results stand in the user's messages.</summary>
internal sealed class AnthropicMessages
{
    private readonly JsonElement[] _all;

    public AnthropicMessages(JsonElement body) => _all = [.. body.Items("messages")];

    public bool IsEmpty => _all.Length == 0;

    public string? Prefill => IsPrefilled ? TextOf(_all[^1]) : null;

    public JsonElement LastUser => _all.LastOrDefault(static message => message.Text("role") is "user" && TextOf(message).Length > 0);

    public int Images => LastUser.Items("content").Count(static block => block.Text("type") is "image");

    public int Words => _all.Sum(static message => TextChunks.CountWords(TextOf(message)));

    /// <summary>The results of the last message, in front of a prefill, by the name of the call that each one names.</summary>
    public IReadOnlyList<(string? Name, string Content)> ToolResults =>
        [.. (IsPrefilled ? _all[..^1] : _all).LastOrDefault().Items("content").Where(static block => block.Text("type") is "tool_result").Select(result => (NameOf(result.Text("tool_use_id")), TextOf(result)))];

    private bool IsPrefilled => _all is [.., var last] && last.Text("role") is "assistant";

    /// <summary>The text of a message, of a result or of the instructions: a string, or blocks.</summary>
    public static string TextOf(JsonElement owner, string member = "content") =>
        owner.Text(member) ?? string.Concat(owner.Items(member).Where(static block => block.Text("type") is "text").Select(static block => block.Text("text")));

    public ChatMessage[] ToChatMessages() => [.. _all
        .Where(static message => !string.IsNullOrWhiteSpace(message.Text("role")))
        .Select(static message => new ChatMessage(new ChatRole(message.Text("role")!), TextOf(message)))];

    private string? NameOf(string? callId) => _all
        .SelectMany(static message => message.Items("content"))
        .LastOrDefault(block => block.Text("type") is "tool_use" && string.Equals(block.Text("id"), callId, StringComparison.Ordinal))
        .Text("name");
}
