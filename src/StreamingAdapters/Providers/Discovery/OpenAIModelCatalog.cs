using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>The list <c>/models</c> of OpenAI and compatible servers, and LM Studio's own, which says more.</summary>
/// <remarks>OpenAI's list has names alone; what others add is read where it is known: vLLM, Groq, Mistral, Together, OpenRouter and llama.cpp, seen in their documentation.</remarks>
internal sealed class OpenAIModelCatalog(JsonExchange exchange, Uri models, OpenAIDialect dialect, string? model) : HttpModelCatalog(exchange, model)
{
    // LM Studio's address ends in /v1; its own list is beside it.
    private readonly Uri? _lmStudio = dialect.Name == OpenAIDialect.LMStudio.Name ? ApiAddress.With(new Uri(models, "../api/v0/models").AbsoluteUri, models) : null;

    protected override Uri FirstPage => models;

    protected override ModelPage Read(JsonElement answer) => new([.. ItemsOf(answer, "data"u8).Where(item => item.Text("id"u8) is not null).Select(ReadModel)]);

    // Older versions, and servers that only look like it, have the common list alone.
    protected override async Task<ModelPage> GetFirstPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await GetPageAsync(_lmStudio ?? models, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatAdapterException e) when (_lmStudio is not null && HasNoOwnList(e))
        {
            return await GetPageAsync(models, cancellationToken).ConfigureAwait(false);
        }
    }

    // What stands behind a name (OpenRouter's ":online", a router's ":fastest", a preset's "@") is in no list.
    protected override bool MayBeUnlisted(string modelId) => !dialect.ListsEveryName || modelId.AsSpan().ContainsAny(':', '@');

    private static bool HasNoOwnList(ChatAdapterException e) => e is ChatProviderException { StatusCode: null or 404 or 405 } or ChatStreamException { Kind: ChatErrorKind.MalformedStream };

    private static ModelInfo ReadModel(JsonElement item)
    {
        item.TryGet("meta"u8, out JsonElement meta);
        item.TryGet("top_provider"u8, out JsonElement top);
        return new ModelInfo
        {
            Id = item.Text("id"u8)!,
            DisplayName = item.Text("display_name"u8) ?? item.Text("name"u8),
            ContextLength = item.Tokens("loaded_context_length", "context_length", "context_window", "max_context_length", "max_model_len") ?? meta.Tokens("n_ctx", "n_ctx_train"),
            MaxOutputTokens = item.Tokens("max_completion_tokens", "max_output_tokens") ?? top.Tokens("max_completion_tokens"),
            Capabilities = CapabilitiesOf(item),
            IsLoaded = item.Text("state"u8) switch { "loaded" => true, "not-loaded" => false, _ => null },
            SizeBytes = meta.Number("size"),
            CreatedAt = item.UnixTime("created"),
            Owner = item.Text("owned_by"u8) ?? item.Text("publisher"u8),
            RawRepresentation = item,
        };
    }

    private static ModelCapabilities? CapabilitiesOf(JsonElement item)
    {
        item.TryGet("architecture"u8, out JsonElement architecture);
        item.TryGet("capabilities"u8, out JsonElement capabilities);
        string[] parameters = [.. item.Texts("supported_parameters"u8)];
        string[] words = [.. item.Texts("capabilities"u8)];
        string? type = item.Text("type"u8);
        var all = ModelCapabilities.None;
        Add(ModelCapabilities.Chat, type is "llm" or "vlm" or "chat" || capabilities.IsTrue("completion_chat"u8) || architecture.Texts("output_modalities"u8).Contains("text", StringComparer.Ordinal));
        Add(ModelCapabilities.Embeddings, type is "embeddings" or "embedding");
        Add(ModelCapabilities.Vision, type is "vlm" || capabilities.IsTrue("vision"u8) || architecture.Texts("input_modalities"u8).Contains("image", StringComparer.Ordinal));
        Add(ModelCapabilities.Tools, parameters.Contains("tools", StringComparer.Ordinal) || words.Contains("tool_use", StringComparer.Ordinal) || capabilities.IsTrue("function_calling"u8));
        Add(ModelCapabilities.Reasoning, parameters.Contains("reasoning", StringComparer.Ordinal) || capabilities.IsTrue("reasoning"u8));
        return all == ModelCapabilities.None ? null : all;

        void Add(ModelCapabilities capability, bool has) => all |= has ? capability : ModelCapabilities.None;
    }
}
