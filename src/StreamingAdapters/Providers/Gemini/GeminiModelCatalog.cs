using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Gemini's list, <c>GET /models</c>, in pages. Source: Google's reference of the Gemini API, "Models". Vertex AI has none at this place.</summary>
internal sealed class GeminiModelCatalog(JsonExchange exchange, string? model) : HttpModelCatalog(exchange, model)
{
    private const string Largest = "pageSize=1000";
    private const string Prefix = "models/";

    private readonly GeminiAddress _address = new(exchange.Sender.Endpoint);

    protected override Uri FirstPage => _address.Models(Largest);

    protected override ModelPage Read(JsonElement answer)
    {
        // A list without models has no member for them.
        ModelInfo[] models = answer.ValueKind is JsonValueKind.Object && !answer.TryGet("models"u8, out _) ? [] : [.. ItemsOf(answer, "models"u8).Where(item => item.Text("name"u8) is not null).Select(ReadModel)];
        return new ModelPage(models, answer.Text("nextPageToken"u8) is { Length: > 0 } next ? _address.Models(Largest, $"pageToken={Uri.EscapeDataString(next)}") : null);
    }

    protected override bool IsSame(string id, string modelId) => string.Equals(id, WithoutPrefix(modelId), StringComparison.Ordinal);

    private static string WithoutPrefix(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    private static ModelInfo ReadModel(JsonElement item)
    {
        string[] methods = [.. item.Texts("supportedGenerationMethods"u8)];
        return new ModelInfo
        {
            Id = WithoutPrefix(item.Text("name"u8)!),
            DisplayName = item.Text("displayName"u8),
            ContextLength = item.Tokens("inputTokenLimit"),
            MaxOutputTokens = item.Tokens("outputTokenLimit"),
            Capabilities = methods.Length == 0 ? null
                : (methods.Contains("generateContent", StringComparer.Ordinal) ? ModelCapabilities.Chat : ModelCapabilities.None)
                | (methods.Contains("embedContent", StringComparer.Ordinal) ? ModelCapabilities.Embeddings : ModelCapabilities.None)
                | (item.IsTrue("thinking"u8) ? ModelCapabilities.Reasoning : ModelCapabilities.None),
            RawRepresentation = item,
        };
    }
}
