using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>The contents of a request to Gemini: responses stand in the user's, with the function's name.</summary>
internal sealed class GeminiContents
{
    private readonly JsonElement[] _all;

    public GeminiContents(JsonElement body) => _all = [.. body.Items("contents")];

    public bool IsEmpty => _all.Length == 0;

    public string? Prefill => IsPrefilled ? TextOf(_all[^1]) : null;

    public JsonElement LastUser => _all.LastOrDefault(static content => !IsModel(content) && TextOf(content).Length > 0);

    public int Images => LastUser.Items("parts").Count(static part => part.Member("inlineData") is not null || part.Member("fileData") is not null);

    public int Words => _all.Sum(static content => TextChunks.CountWords(TextOf(content)));

    /// <summary>The responses of the last content, in front of a prefill.</summary>
    public IReadOnlyList<(string? Name, string Content)> ToolResults =>
        [.. (IsPrefilled ? _all[..^1] : _all).LastOrDefault().Items("parts").Select(static part => part.Member("functionResponse")).OfType<JsonElement>().Select(static response => (response.Text("name"), ResultOf(response)))];

    /// <summary>The first call of each of the model's contents.</summary>
    public IEnumerable<JsonElement> FirstCalls => _all
        .Where(IsModel)
        .Select(static content => content.Items("parts").FirstOrDefault(static part => part.Member("functionCall") is not null))
        .Where(static part => part.ValueKind is JsonValueKind.Object);

    private bool IsPrefilled => _all is [.., var last] && IsModel(last);

    public static string TextOf(JsonElement content) => string.Concat(content.Items("parts").Select(static part => part.Text("text")));

    public ChatMessage[] ToChatMessages() => [.. _all.Select(static content => new ChatMessage(IsModel(content) ? ChatRole.Assistant : ChatRole.User, TextOf(content)))];

    private static bool IsModel(JsonElement content) => content.Text("role") is "model";

    // Scalars come wrapped.
    private static string ResultOf(JsonElement response) => response.Member("response") is not { } result ? "" : result.Text("result") ?? result.GetRawText();
}
