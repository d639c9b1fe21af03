using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>The protocol's words for items, citations and the end of an answer.</summary>
internal static class OpenAIResponsesJson
{
    /// <summary>The protocol's name, for what only its servers read.</summary>
    public const string Protocol = "openai-responses";

    /// <summary>The property of reasoning that is its item's id.</summary>
    public const string ItemId = "openai_item_id";

    /// <summary>The property of a call, and of its result, of a tool that takes text.</summary>
    public const string CustomTool = "openai_custom_tool";

    /// <summary>The property of a tool that is sent in its place.</summary>
    public const string Tool = "openai_tool";

    /// <summary>Why a response is incomplete, in the contract's words.</summary>
    public static ChatFinishReason FinishReason(string raw) => raw switch
    {
        "max_output_tokens" or "max_tokens" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(raw),
    };

    /// <summary>When a response was made: Unix seconds, an integer or a fraction, 0 for unknown.</summary>
    public static DateTimeOffset? Created(JsonElement response) =>
        response.TryGet("created_at"u8, out JsonElement created) && created.ValueKind == JsonValueKind.Number && created.GetDouble() is > 0 and < 253402300800 and var seconds
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    /// <summary>What the next request goes on from: the conversation, else the response where it is kept; null where neither is said to be.</summary>
    public static string? ConversationId(JsonElement response)
    {
        if (response.TryGet("conversation"u8, out JsonElement conversation) && (conversation.Text("id"u8) ?? JsonText.GetString(conversation)) is { Length: > 0 } id)
        {
            return id;
        }

        return response.TryGet("store"u8, out JsonElement store) && store.ValueKind == JsonValueKind.True ? response.Text("id"u8) : null;
    }

    /// <summary>An item that goes back as it came: of the server's own tools, and whatever is not known.</summary>
    public static AIContent ToContent(JsonElement item) => OwnContent.Create(item, OwnContent.OpenAIItem);

    /// <summary>The image of an <c>image_generation_call</c>; null where it has none, or one that cannot be read.</summary>
    public static DataContent? ToImage(JsonElement item)
    {
        if (item.Text("type"u8) != "image_generation_call" || item.Text("result"u8) is not { Length: > 0 } base64)
        {
            return null;
        }

        string format = item.Text("output_format"u8) ?? "png";
        try
        {
            return new DataContent($"data:image/{format};base64,{base64}");
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            // Base64 that is cut or wrong: no image, and no reason to lose the answer.
            return null;
        }
    }

    /// <summary>Reasoning in the form that goes back with the history; null where the server gave none.</summary>
    public static TextReasoningContent? ToProtected(JsonElement item)
    {
        if (item.DecodedText("encrypted_content"u8) is not { Length: > 0 } encrypted)
        {
            return null;
        }

        return new TextReasoningContent("") { ProtectedData = encrypted, AdditionalProperties = OfReasoning(item.Text("id"u8)) };
    }

    /// <summary>The properties of reasoning: whose it is, and its item's id.</summary>
    public static AdditionalPropertiesDictionary OfReasoning(string? id)
    {
        AdditionalPropertiesDictionary properties = OwnContent.ProtectedBy(Protocol);
        if (!string.IsNullOrEmpty(id))
        {
            properties[ItemId] = id;
        }

        return properties;
    }

    /// <summary>A citation, on a text that is empty: it belongs to the text in front of it.</summary>
    public static TextContent ToCitation(JsonElement annotation)
    {
        var citation = new CitationAnnotation
        {
            Url = Uri.TryCreate(annotation.Text("url"u8), UriKind.Absolute, out Uri? uri) ? uri : null,
            Title = annotation.Text("title"u8) ?? annotation.Text("filename"u8),
            FileId = annotation.Text("file_id"u8),
            RawRepresentation = annotation,
            AdditionalProperties = new AdditionalPropertiesDictionary { ["type"] = annotation.Text("type"u8) },
        };
        if (annotation.Number("start_index") is >= 0 and <= int.MaxValue and var start && annotation.Number("end_index") is >= 0 and <= int.MaxValue and var end)
        {
            citation.AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = (int)start, EndIndex = (int)end }];
        }

        return new TextContent("") { Annotations = [citation] };
    }
}
