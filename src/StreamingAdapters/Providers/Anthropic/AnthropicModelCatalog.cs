using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Anthropic's list, <c>GET /v1/models</c>, in pages. Source: its API reference, "List Models".</summary>
internal sealed class AnthropicModelCatalog(JsonExchange exchange, string version, string? model) : HttpModelCatalog(exchange, model)
{
    private const string Largest = "limit=1000";
    private const int DateLength = 8;

    private readonly Uri _endpoint = exchange.Sender.Endpoint;
    private readonly string _models = ApiAddress.BaseOf(exchange.Sender.Endpoint, "/v1", AnthropicRequestMapper.Path) + "/models";

    protected override Uri FirstPage => ApiAddress.With(_models, _endpoint, Largest);

    protected override IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [KeyValuePair.Create("anthropic-version", version)];

    protected override ModelPage Read(JsonElement answer)
    {
        ModelInfo[] models = [.. ItemsOf(answer, "data"u8).Where(item => item.Text("id"u8) is not null).Select(ReadModel)];
        string? last = answer.IsTrue("has_more"u8) && models.Length > 0 ? answer.Text("last_id"u8) ?? models[^1].Id : null;
        return new ModelPage(models, last is null ? null : ApiAddress.With(_models, _endpoint, Largest, $"after_id={Uri.EscapeDataString(last)}"));
    }

    // A name that ends with a date is in the list or nowhere; any other may be an alias, which no list has.
    protected override bool MayBeUnlisted(string modelId) => modelId.Length < DateLength || modelId.AsSpan(modelId.Length - DateLength).ContainsAnyExceptInRange('0', '9');

    private static ModelInfo ReadModel(JsonElement item) => new()
    {
        Id = item.Text("id"u8)!,
        DisplayName = item.Text("display_name"u8),
        ContextLength = item.Tokens("max_input_tokens"),
        MaxOutputTokens = item.Tokens("max_tokens"),
        Capabilities = CapabilitiesOf(item),
        CreatedAt = item.Time("created_at"u8),
        RawRepresentation = item,
    };

    // Every model chats and calls tools; of the rest newer versions of the list tell.
    private static ModelCapabilities CapabilitiesOf(JsonElement item)
    {
        item.TryGet("capabilities"u8, out JsonElement capabilities);
        return ModelCapabilities.Chat | ModelCapabilities.Tools
            | (Supports(capabilities, "image_input"u8) ? ModelCapabilities.Vision : ModelCapabilities.None)
            | (Supports(capabilities, "thinking"u8) ? ModelCapabilities.Reasoning : ModelCapabilities.None);
    }

    private static bool Supports(JsonElement capabilities, ReadOnlySpan<byte> name) => capabilities.TryGet(name, out JsonElement capability) && capability.IsTrue("supported"u8);
}
