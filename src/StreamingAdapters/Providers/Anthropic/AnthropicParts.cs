using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Contents to the blocks of a request.</summary>
internal static class AnthropicParts
{
    /// <summary>The block that carries a content; null for one that says nothing to the model.</summary>
    /// <exception cref="ChatValidationException">The protocol cannot carry it.</exception>
    public static JsonObject? ToBlock(AIContent content) => content switch
    {
        // The server refuses empty text.
        TextContent text => string.IsNullOrWhiteSpace(text.Text) ? null : new JsonObject { ["type"] = "text", ["text"] = text.Text },
        FunctionCallContent call => Call(call),
        FunctionResultContent result => Result(result),
        DataContent data when data.HasTopLevelMediaType("image") => Of("image", Base64(data)),
        UriContent uri when uri.HasTopLevelMediaType("image") => Of("image", Link(uri)),
        DataContent { MediaType: "application/pdf" } data => Document(Base64(data), data.Name, data),
        DataContent data when IsPlainText(data) => Document(PlainText(data), data.Name, data),
        UriContent { MediaType: "application/pdf" } uri => Document(Link(uri), null, uri),
        HostedFileContent file => Of(file.MediaType?.StartsWith("image/", StringComparison.Ordinal) is true ? "image" : "document", File(file)),
        DataContent data => throw Refused($"data of type {data.MediaType}"),
        UriContent uri => throw Refused($"a link to {uri.MediaType}"),
        _ => OwnContent.Raw(content, OwnContent.AnthropicBlock),
    };

    /// <summary>The citations of a text that came from the server.</summary>
    public static IEnumerable<JsonObject> Citations(AIContent content)
    {
        foreach (AIAnnotation annotation in content.Annotations ?? [])
        {
            if (annotation.AdditionalProperties?.GetValueOrDefault(AnthropicJson.Citation) is JsonElement { ValueKind: JsonValueKind.Object } given)
            {
                JsonObject citation = JsonRepair.ToObject(given);

                // The server adds it, and refuses it: langchain#32592.
                citation.Remove("file_id");
                yield return citation;
            }
        }
    }

    private static ChatValidationException Refused(string what) =>
        new($"Anthropic takes images, PDF and plain text beside text; a message holds {what}. Send it as one of these, or upload it and send a HostedFileContent.");

    // Where it names its characters, they have to be UTF-8, or the part of it that is ASCII.
    private static bool IsPlainText(DataContent data) =>
        MediaTypeHeaderValue.TryParse(data.MediaType, out MediaTypeHeaderValue? type) && type.MediaType == "text/plain" && type.CharSet?.ToLowerInvariant() is null or "utf-8" or "us-ascii";

    private static JsonObject Of(string type, JsonObject source) => new() { ["type"] = type, ["source"] = source };

    private static JsonObject Base64(DataContent data) => new() { ["type"] = "base64", ["media_type"] = data.MediaType, ["data"] = data.Base64Data.ToString() };

    private static JsonObject PlainText(DataContent data) =>
        new() { ["type"] = "text", ["media_type"] = "text/plain", ["data"] = System.Text.Encoding.UTF8.GetString(data.Data.Span) };

    private static JsonObject Link(UriContent uri) => new() { ["type"] = "url", ["url"] = uri.Uri.AbsoluteUri };

    private static JsonObject File(HostedFileContent file) => new() { ["type"] = "file", ["file_id"] = file.FileId };

    // title, context and citations are the document's own members.
    private static JsonObject Document(JsonObject source, string? title, AIContent content)
    {
        JsonObject document = Of("document", source);
        RequestBody.Set(document, "title", title);
        foreach (string name in (string[])["title", "context", "citations"])
        {
            if (content.AdditionalProperties?.GetValueOrDefault(name) is { } value)
            {
                document[name] = RequestBody.ToNode(value, $"The property '{name}' of a document");
            }
        }

        return document;
    }

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["type"] = "tool_use",
        ["id"] = call.CallId,
        ["name"] = call.Name,
        ["input"] = RequestBody.ToNode(call.Arguments, $"The arguments of a call of '{call.Name}'") ?? Unread(call),
    };

    // The server wants an object, and so gets what the model cut off as a member of one.
    private static JsonObject Unread(FunctionCallContent call)
    {
        var input = new JsonObject();
        RequestBody.Set(input, StreamingKeys.ArgumentsRaw, call.AdditionalProperties?.GetValueOrDefault(StreamingKeys.ArgumentsRaw)?.ToString());
        return input;
    }

    private static JsonObject Result(FunctionResultContent result)
    {
        var block = new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = result.CallId, ["content"] = ResultContent(result.Result) };
        RequestBody.Set(block, "is_error", result.Exception is not null ? true : null);
        return block;
    }

    private static JsonNode? ResultContent(object? result)
    {
        AIContent[] all = RequestBody.Contents(result);
        return all.Length == 0 || Array.TrueForAll(all, content => content is TextContent)
            ? RequestBody.ToText(result)
            : new JsonArray([.. all.Select(ToBlock).Where(block => block is not null)]);
    }
}
