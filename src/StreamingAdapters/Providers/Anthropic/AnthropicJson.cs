using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>The protocol's words for blocks, citations and the end of an answer.</summary>
internal static class AnthropicJson
{
    /// <summary>The protocol's name, for what only its servers read.</summary>
    public const string Protocol = "anthropic";

    /// <summary>The property of a citation that is the citation as it came, and goes back.</summary>
    public const string Citation = "anthropic_citation";

    /// <summary>The property of a signature whose thinking the provider left out: without text, it would look like redacted thinking.</summary>
    public const string OmittedThinking = "omitted_thinking";

    /// <summary>The protocol's stop reason in the contract's words.</summary>
    public static ChatFinishReason FinishReason(string raw) => raw switch
    {
        "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(raw),
    };

    /// <summary>A block that goes back as it came: a server's own tools, compaction, and whatever is not known.</summary>
    public static AIContent ToContent(JsonElement block) => OwnContent.Create(block, OwnContent.AnthropicBlock);

    /// <summary>Citations, on a text that is empty: they belong to the text in front of it.</summary>
    public static TextContent ToCitations(IEnumerable<JsonElement> citations) => new("") { Annotations = [.. citations.Select(citation => ToCitation(JsonRepair.ToReadable(citation)))] };

    private static CitationAnnotation ToCitation(JsonElement citation)
    {
        var annotation = new CitationAnnotation
        {
            Url = Uri.TryCreate(citation.Text("url"u8), UriKind.Absolute, out Uri? uri) ? uri : null,
            Title = citation.Text("title"u8) ?? citation.Text("document_title"u8),
            Snippet = citation.Text("cited_text"u8),
            FileId = citation.Text("file_id"u8),
            RawRepresentation = citation,
            AdditionalProperties = new AdditionalPropertiesDictionary { ["type"] = citation.Text("type"u8), [Citation] = citation },
        };

        // Regions are of the cited document: pages and blocks are no places in a text, and say so in the raw citation alone.
        if (citation.Number("start_char_index") is { } start && citation.Number("end_char_index") is { } end)
        {
            annotation.AdditionalProperties["start_char_index"] = start;
            annotation.AdditionalProperties["end_char_index"] = end;
        }

        return annotation;
    }
}
