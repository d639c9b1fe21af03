using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>An answer that the server keeps: what it was asked, and how it is written.</summary>
internal sealed class StoredResponse(ResponsesRequest request, IReadOnlyList<JsonElement> input, Func<OpenAIResponsesRenderer> render)
{
    public ResponsesRequest Request => request;

    /// <summary>Writes it from its beginning.</summary>
    public OpenAIResponsesRenderer Render() => render();

    /// <summary>Its input and its output.</summary>
    public IReadOnlyList<JsonElement> Items()
    {
        using JsonDocument response = JsonDocument.Parse(render().Body());
        return [.. input, .. response.RootElement.Clone().Items("output")];
    }
}
