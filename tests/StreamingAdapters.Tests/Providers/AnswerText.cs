using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>An answer in one line: its contents in their order, where it finished, and how it ended.</summary>
/// <remarks>
/// <c>T:</c> text, <c>R:</c> reasoning, <c>call id name arguments</c> (<c>*</c>: an id of our own), <c>usage in/out/total</c>, <c>finish reason(raw)</c>,
/// then <c>done</c> or <c>fails kind code: provider's message</c>.
/// </remarks>
internal static class AnswerText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(DecodedAnswer answer) => string.Join(" | ", answer.Updates.SelectMany(Items).Append(End(answer.Failure)));

    /// <summary>Arguments as the JSON object that they came from.</summary>
    public static string Json(IDictionary<string, object?> arguments) =>
        new JsonObject(arguments.Select(argument => KeyValuePair.Create(argument.Key, argument.Value is JsonElement value ? JsonNode.Parse(value.GetRawText()) : JsonValue.Create(argument.Value as string))))
            .ToJsonString(Relaxed);

    private static IEnumerable<string> Items(ChatResponseUpdate update)
    {
        foreach (AIContent content in update.Contents)
        {
            yield return Item(content);
        }

        if (update.FinishReason is { } reason)
        {
            object? raw = update.AdditionalProperties?.GetValueOrDefault("finish_reason_raw");
            yield return $"finish {reason}{(raw is null ? "" : $"({raw})")}";
        }
    }

    private static string Item(AIContent content) => content switch
    {
        TextContent { Annotations: { } cited } => "cites " + string.Join(' ', cited.Cast<CitationAnnotation>().Select(Citation)),
        TextContent text => "T:" + text.Text,
        TextReasoningContent { ProtectedData: { } data } => "protected " + data,
        TextReasoningContent text => "R:" + text.Text,
        FunctionCallContent { Arguments: { } arguments } call => $"call {Id(call)} {call.Name} {Json(arguments)}",
        FunctionCallContent call => $"call {Id(call)} {call.Name} raw {call.AdditionalProperties!["arguments_raw"]}",
        ErrorContent error => $"{error.ErrorCode}: {error.Message}",
        UsageContent usage => Usage(usage.Details),
        DataContent data => data.Uri,
        UriContent link => $"{link.MediaType} {link.Uri}",
        _ => content.GetType().Name,
    };

    private static string Citation(CitationAnnotation citation)
    {
        TextSpanAnnotatedRegion? region = citation.AnnotatedRegions?.Cast<TextSpanAnnotatedRegion>().Single();
        return $"{citation.Url}[{citation.Title}][{citation.Snippet}]{(region is null ? "" : $"[{region.StartIndex}-{region.EndIndex}]")}";
    }

    private static string Id(FunctionCallContent call) => call.CallId is { Length: 37 } id && id.StartsWith("call_", StringComparison.Ordinal) ? "*" : call.CallId;

    private static string Usage(UsageDetails usage) =>
        $"usage {Count(usage.InputTokenCount)}/{Count(usage.OutputTokenCount)}/{Count(usage.TotalTokenCount)}"
        + (usage.CachedInputTokenCount is { } cached ? $" cached {cached}" : "")
        + (usage.ReasoningTokenCount is { } reasoning ? $" reasoning {reasoning}" : "");

    private static string Count(long? count) => count?.ToString() ?? "-";

    private static string End(Exception? failure) => failure switch
    {
        null => "done",
        ChatProviderException e => $"fails {e.Kind} {e.ErrorCode}: {e.ProviderMessage}",
        ChatAdapterException e => $"fails {e.Kind}",
        _ => $"fails {failure.GetType().Name}: {failure.Message}",
    };
}
