using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>The lists of an Ollama server.</summary>
internal sealed class OllamaModels(JsonExchange exchange, string? model) : HttpModelCatalog(exchange, model)
{
    private const string Latest = ":latest";

    public HttpSender Sender => Exchange.Sender;

    protected override Uri FirstPage => Of(Sender, "/api/tags");

    /// <summary>The address of a part of the API.</summary>
    public static Uri Of(HttpSender sender, string path) => ApiAddress.With(ApiAddress.BaseOf(sender.Endpoint, "") + path, sender.Endpoint);

    public override async IAsyncEnumerable<ModelInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        HashSet<string>? loaded = await LoadedAsync(cancellationToken).ConfigureAwait(false);
        await foreach (ModelInfo info in ListPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            ModelInfo known = info with { IsLoaded = loaded?.Contains(info.Id) };
            yield return await ShowAsync(info.Id, cancellationToken).ConfigureAwait(false) is { } details ? With(known, details) : known;
        }
    }

    protected override ModelPage Read(JsonElement answer) => new([.. ItemsOf(answer, "models"u8).Where(item => NameOf(item) is not null).Select(item => new ModelInfo
    {
        Id = NameOf(item)!,
        SizeBytes = item.Number("size"),
        CreatedAt = item.Time("modified_at"u8),
        RawRepresentation = item,
    })]);

    // A name without a tag means the tag "latest"; a registry's port is no tag.
    protected override bool IsSame(string id, string modelId) => string.Equals(id, modelId.LastIndexOf(':') > modelId.LastIndexOf('/') ? modelId : modelId + Latest, StringComparison.Ordinal);

    protected override async Task<bool?> IsLoadedAsync(ModelInfo found, CancellationToken cancellationToken) => (await LoadedAsync(cancellationToken).ConfigureAwait(false))?.Contains(found.Id);

    private static string? NameOf(JsonElement item) => item.Text("model"u8) ?? item.Text("name"u8);

    private static ModelInfo With(ModelInfo info, JsonElement details)
    {
        details.TryGet("model_info"u8, out JsonElement facts);
        string? architecture = facts.Text("general.architecture"u8);
        string[] words = [.. details.Texts("capabilities"u8)];
        return info with
        {
            ContextLength = architecture is null ? null : facts.Tokens($"{architecture}.context_length"),
            Capabilities = words.Length == 0 ? null : words.Aggregate(ModelCapabilities.None, (all, word) => all | CapabilityOf(word)),
        };
    }

    private static ModelCapabilities CapabilityOf(string word) => word switch
    {
        "completion" => ModelCapabilities.Chat,
        "tools" => ModelCapabilities.Tools,
        "vision" => ModelCapabilities.Vision,
        "thinking" => ModelCapabilities.Reasoning,
        "embedding" => ModelCapabilities.Embeddings,
        _ => ModelCapabilities.None,
    };

    // Null where the server does not tell: not every one that speaks this protocol has the list of the loaded models.
    private async Task<HashSet<string>?> LoadedAsync(CancellationToken cancellationToken)
    {
        try
        {
            JsonElement answer = await GetAsync(Of(Sender, "/api/ps"), cancellationToken).ConfigureAwait(false);
            return [.. answer.Items("models"u8).Select(NameOf).OfType<string>()];
        }
        catch (ChatProviderException)
        {
            return null;
        }
    }

    // A model may be gone between the list and the question; that is no failure of the list.
    private async Task<JsonElement?> ShowAsync(string name, CancellationToken cancellationToken)
    {
        RequestBody body = RequestBody.Begin(given: null);
        body.Set("model", name);
        try
        {
            return await SendAsync(new ProviderRequest(Of(Sender, "/api/show"), body.ToBytes(), name, IsStreaming: false), cancellationToken).ConfigureAwait(false);
        }
        catch (ChatProviderException e) when (e.Kind is ChatErrorKind.ModelNotFound)
        {
            return null;
        }
    }
}
