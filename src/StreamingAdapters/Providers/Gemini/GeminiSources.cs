using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>What an answer is grounded on: told once each, although responses repeat it.</summary>
internal sealed class GeminiSources
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>The sources of a candidate that were not told yet, as citations of a text that is empty; null when there are none.</summary>
    /// <exception cref="JsonException">What holds them has the wrong shape.</exception>
    public TextContent? TakeNew(JsonElement candidate)
    {
        AIAnnotation[] citations = [.. Of(candidate).Where(citation => _told.Add($"{citation.Url?.OriginalString}\n{citation.Title}"))];
        return citations.Length > 0 ? new TextContent("") { Annotations = [.. citations] } : null;
    }

    private static IEnumerable<CitationAnnotation> Of(JsonElement candidate)
    {
        candidate.TryGetObject("citationMetadata"u8, out JsonElement citations);
        foreach (JsonElement source in citations.Items("citationSources"u8).Concat(citations.Items("citations"u8)))
        {
            yield return Citation(source, source.Text("uri"u8), source.Text("title"u8));
        }

        candidate.TryGetObject("groundingMetadata"u8, out JsonElement grounding);
        foreach (JsonElement chunk in grounding.Items("groundingChunks"u8))
        {
            JsonElement source = chunk.TryGet("web"u8, out JsonElement web) || chunk.TryGet("retrievedContext"u8, out web) || chunk.TryGet("maps"u8, out web) ? web : chunk;
            yield return Citation(chunk, source.Text("uri"u8), source.Text("title"u8));
        }

        // What was fetched is a source too, unless the grounding names it, with its title.
        candidate.TryGetObject("urlContextMetadata"u8, out JsonElement fetched);
        HashSet<string?> grounded = [.. grounding.Items("groundingChunks"u8).Select(chunk => chunk.TryGet("web"u8, out JsonElement web) ? web.Text("uri"u8) : null)];
        foreach (JsonElement page in fetched.Items("urlMetadata"u8).Where(page => !grounded.Contains(page.Text("retrievedUrl"u8))))
        {
            yield return Citation(page, page.Text("retrievedUrl"u8), null);
        }
    }

    private static CitationAnnotation Citation(JsonElement source, string? address, string? title) => new()
    {
        Url = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri : null,
        Title = title,
        RawRepresentation = source,
    };
}
