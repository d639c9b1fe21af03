using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>The rarer contents of an answer: citations and images.</summary>
internal static class OpenAIContents
{
    /// <summary>Citations of <c>delta.annotations</c>, on a text that is empty; null when none is a citation.</summary>
    public static TextContent? Citations(IEnumerable<JsonElement> annotations) => Cite(
        from annotation in annotations
        let citation = annotation.TryGet("url_citation"u8, out JsonElement nested) ? nested : annotation
        where citation.Text("url"u8) is not null
        select Citation(citation.Text("url"u8)!, citation));

    /// <summary>Perplexity's sources, addresses alone; null when there are none.</summary>
    public static TextContent? Sources(JsonElement addresses) => Cite(
        from address in addresses.ValueKind == JsonValueKind.Array ? addresses.EnumerateArray() : default
        where JsonText.GetString(address) is not null
        select Citation(JsonText.GetString(address)!, default));

    /// <summary>Images, in a data: address or by link.</summary>
    public static IEnumerable<AIContent> Images(IEnumerable<JsonElement> images)
    {
        foreach (JsonElement image in images)
        {
            string? url = image.TryGet("image_url"u8, out JsonElement nested) ? nested.Text("url"u8) : null;
            AIContent? content = url is null ? null : url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? TryData(url) : TryLink(url);
            if (content is not null)
            {
                yield return content;
            }
        }
    }

    private static DataContent? TryData(string url)
    {
        try
        {
            return new DataContent(url);
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            // Base64 that is cut or wrong: no image, and no reason to lose the answer.
            return null;
        }
    }

    private static UriContent? TryLink(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) ? new UriContent(uri, "image/*") : null;

    private static TextContent? Cite(IEnumerable<CitationAnnotation> citations)
    {
        AIAnnotation[] all = [.. citations];
        return all.Length > 0 ? new TextContent("") { Annotations = [.. all] } : null;
    }

    private static CitationAnnotation Citation(string url, JsonElement details)
    {
        var citation = new CitationAnnotation
        {
            Url = Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) ? uri : null,
            Title = details.Text("title"u8),
            Snippet = details.Text("content"u8),
        };
        if (Position(details, "start_index"u8) is { } start && Position(details, "end_index"u8) is { } end)
        {
            citation.AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }];
        }

        return citation;
    }

    private static int? Position(JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int position)
            ? position
            : null;
}
