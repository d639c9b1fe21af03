using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>The items of <c>input</c>, behind those of the answers that they follow.</summary>
internal sealed class ResponsesInput
{
    private readonly JsonElement[] _all;

    public ResponsesInput(JsonElement body, IEnumerable<JsonElement> before)
    {
        Own = body.Member("input") is { ValueKind: JsonValueKind.String } text ? [UserMessage(text)] : [.. body.Items("input")];
        _all = [.. before, .. Own];
    }

    /// <summary>The request's own items.</summary>
    public JsonElement[] Own { get; }

    /// <summary>All items, those of earlier answers included.</summary>
    public IReadOnlyList<JsonElement> All => _all;

    public string? Prefill => IsPrefilled ? TextOf(_all[^1]) : null;

    public JsonElement LastUser => Messages.LastOrDefault(static item => item.Text("role") is "user");

    public int Images => LastUser.Items("content").Count(static part => part.Text("type") is "input_image");

    public int Words => Messages.Sum(static item => TextChunks.CountWords(TextOf(item)));

    /// <summary>The results at the end, in front of a prefill, by the name of the call that each one names.</summary>
    public IReadOnlyList<(string? Name, string Content)> ToolResults =>
        [.. (IsPrefilled ? _all[..^1] : _all).Reverse().TakeWhile(IsResult).Reverse().Select(result => (NameOf(result.Text("call_id")), OutputOf(result)))];

    private bool IsPrefilled => _all is [.., var last] && last.Text("role") is "assistant";

    private IEnumerable<JsonElement> Messages => _all.Where(static item => item.Text("role") is not null);

    public static string TextOf(JsonElement item) => item.Text("content") ?? TextOfParts(item.Items("content"));

    public ChatMessage[] ToChatMessages() => [.. Messages.Select(static item => new ChatMessage(new ChatRole(item.Text("role")!), TextOf(item)))];

    private static bool IsResult(JsonElement item) => item.Text("type") is "function_call_output" or "custom_tool_call_output";

    private static string OutputOf(JsonElement result) => result.Text("output") ?? TextOfParts(result.Items("output"));

    private static string TextOfParts(IEnumerable<JsonElement> parts) =>
        string.Concat(parts.Where(static part => part.Text("type") is "input_text" or "output_text").Select(static part => part.Text("text")));

    private static JsonElement UserMessage(JsonElement text)
    {
        using JsonDocument message = JsonDocument.Parse($"{{\"type\":\"message\",\"role\":\"user\",\"content\":{text.GetRawText()}}}");
        return message.RootElement.Clone();
    }

    private string? NameOf(string? callId) => _all
        .LastOrDefault(item => item.Text("type") is "function_call" or "custom_tool_call" && string.Equals(item.Text("call_id"), callId, StringComparison.Ordinal))
        .Text("name");
}
