using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Catalog;

namespace StreamingAdapters;

/// <summary>Makes the client of a provider by its id.</summary>
public static class ChatProviderFactory
{
    private static readonly string[] OptionTypes = [nameof(OpenAIResponsesOptions), nameof(OpenAIOptions), nameof(AnthropicOptions), nameof(GeminiOptions), nameof(OllamaOptions), nameof(LMStudioOptions)];

    /// <summary>Makes a client.</summary>
    /// <param name="provider">An id of the <see cref="ProviderCatalog"/>, <c>groq</c>, or with a model behind it, <c>groq/llama-3.3-70b</c>.</param>
    /// <param name="options">What differs from the catalogue; null for nothing.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException"><paramref name="provider"/> is null or empty.</exception>
    /// <exception cref="ChatValidationException">There is no such provider, or its key or address is missing.</exception>
    public static IChatClient Create(string provider, ChatProviderOptions? options = null, HttpClient? httpClient = null)
    {
        (ProviderEntry entry, string? model) = Find(provider, options ??= new ChatProviderOptions());
        return InItsWords(() => Create(entry, options, model, httpClient));
    }

    /// <summary>Makes a generator of embeddings.</summary>
    /// <param name="provider">An id of the <see cref="ProviderCatalog"/>, or with a model behind it, <c>ollama/nomic-embed-text</c>.</param>
    /// <param name="options">What differs from the catalogue; null for nothing.</param>
    /// <param name="httpClient">The client to send with, which stays the caller's and is not changed; null for one of its own.</param>
    /// <returns>The generator.</returns>
    /// <exception cref="ArgumentException"><paramref name="provider"/> is null or empty.</exception>
    /// <exception cref="ChatValidationException">There is no such provider, its key or address is missing, or it has no embeddings.</exception>
    public static HttpEmbeddingGenerator CreateEmbeddingGenerator(string provider, ChatProviderOptions? options = null, HttpClient? httpClient = null)
    {
        (ProviderEntry entry, string? model) = Find(provider, options ??= new ChatProviderOptions());
        return InItsWords<HttpEmbeddingGenerator>(() => entry.Protocol switch
        {
            ChatProtocol.Ollama => new OllamaEmbeddingGenerator(With(new OllamaOptions(), entry, options, model), httpClient),
            ChatProtocol.Gemini => new GeminiEmbeddingGenerator(With(new GeminiOptions(), entry, options, model), httpClient),
            ChatProtocol.OpenAIChat => new OpenAIEmbeddingGenerator(With(new OpenAIOptions { Dialect = DialectOf(entry, options) }, entry, options, model), httpClient),
            ChatProtocol.OpenAIResponses => new OpenAIEmbeddingGenerator(With(new OpenAIOptions { Dialect = OpenAIDialect.Generic with { Name = NameOf(entry) } }, entry, options, model), httpClient),
            _ => throw new ChatValidationException($"'{entry.Id}' has no embeddings{(entry.Protocol is ChatProtocol.LMStudio ? "; lmstudio, the same server's other API, has" : "")}.") { Provider = entry.Id },
        });
    }

    private static (ProviderEntry Entry, string? Model) Find(string provider, ChatProviderOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        (string id, string? model) = Split(provider);
        ProviderEntry entry = ProviderCatalog.Find(id) ?? throw new ChatValidationException($"There is no provider '{id}'.{NearNames.InWords(ProviderCatalog.Near(id))} {nameof(ProviderCatalog)}.{nameof(ProviderCatalog.All)} lists them.");
        if (!entry.IsVerified && !options.AllowUnverified)
        {
            throw new ChatValidationException($"Of the provider '{entry.Id}' the address alone is known, and that from one source; set {nameof(ChatProviderOptions)}.{nameof(options.AllowUnverified)} to use it all the same.") { Provider = entry.Id };
        }

        return (entry, model);
    }

    /// <summary>Makes a client of a provider of one's own.</summary>
    internal static IChatClient Create(ProviderEntry entry, ProviderOptions options, string? model, HttpClient? httpClient) => entry.Protocol switch
    {
        ChatProtocol.OpenAIResponses => new OpenAIResponsesChatClient(With(new OpenAIResponsesOptions { ProviderName = NameOf(entry) }, entry, options, model), httpClient),
        ChatProtocol.Anthropic => new AnthropicChatClient(With(new AnthropicOptions { ProviderName = entry.Id }, entry, options, model), httpClient),
        ChatProtocol.Gemini => new GeminiChatClient(With(new GeminiOptions(), entry, options, model), httpClient),
        ChatProtocol.Ollama => new OllamaChatClient(With(new OllamaOptions(), entry, options, model), httpClient),
        ChatProtocol.LMStudio => new LMStudioChatClient(With(new LMStudioOptions(), entry, options, model), httpClient),
        _ => new OpenAIChatClient(With(new OpenAIOptions { Dialect = DialectOf(entry, options) }, entry, options, model), httpClient),
    };

    /// <summary>Fills a client's options from the caller's, and from the catalogue where they say nothing.</summary>
    internal static T With<T>(T target, ProviderEntry entry, ProviderOptions options, string? model)
        where T : ProviderOptions
    {
        Fill(target, options).Endpoint ??= AddressOf(entry) ?? throw new ChatValidationException(AddressMissing(entry)) { Provider = entry.Id };
        target.Model = model ?? options.Model;
        bool readsVariables = IsItsOwn(entry, options) && options.ApiKeyProvider is null && entry.Protocol is not ChatProtocol.Ollama;
        target.ApiKey ??= readsVariables ? entry.KeyVariables.Select(variable => ApiKeys.Find(null, variable)).FirstOrDefault(key => key is not null) : null;
        bool lacksKey = target.ApiKey is null && readsVariables && !entry.IsLocal && entry.KeyVariables.Count > 0;
        return lacksKey ? throw new ChatValidationException(KeyMissing(entry)) { Provider = entry.Id } : target;
    }

    /// <summary>What a compatible provider does otherwise. At another address it is asked without a key where none is given: a key of the catalogue's variables is for the catalogue's address.</summary>
    internal static OpenAIDialect DialectOf(ProviderEntry entry, ProviderOptions options) =>
        IsItsOwn(entry, options) ? entry.Dialect! : entry.Dialect! with { ApiKeyVariable = null, RequiresApiKey = false };

    private static bool IsItsOwn(ProviderEntry entry, ProviderOptions options)
    {
        if (options.Endpoint is not { IsAbsoluteUri: true } endpoint || entry.IsLocal || entry.BaseAddress is not { } address)
        {
            return true;
        }

        string host = address[(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..].Split('/', ':')[0];
        if (!host.Contains('}', StringComparison.Ordinal))
        {
            return ApiKeys.IsOf(endpoint.Host, host);
        }

        // A variable stands for any host of the domain that follows it, and for any at all where none does.
        string[] labels = host[(host.LastIndexOf('}') + 1)..].Split('.');
        return labels.Length < 3 || ApiKeys.IsOf(endpoint.Host, $"{labels[^2]}.{labels[^1]}");
    }

    /// <summary>Copies what every client's options have.</summary>
    internal static T Fill<T>(T target, ProviderOptions options)
        where T : ProviderOptions
    {
        target.Endpoint = options.Endpoint;
        target.Model = options.Model;
        target.ApiKey = options.ApiKey;
        target.ApiKeyProvider = options.ApiKeyProvider;
        target.Headers = options.Headers;
        target.TimeProvider = options.TimeProvider;
        target.MaxFrameBytes = options.MaxFrameBytes;
        target.RetryDeadConnection = options.RetryDeadConnection;
        return target;
    }

    /// <summary>The catalogue's address, its variables filled in; null where one of them is not set, or there is none.</summary>
    internal static Uri? AddressOf(ProviderEntry entry)
    {
        string? address = entry.BaseAddress;
        foreach (string variable in entry.AddressVariables)
        {
            address = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? address!.Replace($"${{{variable}}}", value, StringComparison.Ordinal) : null;
            if (address is null)
            {
                return null;
            }
        }

        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri : null;
    }

    private static string AddressMissing(ProviderEntry entry)
    {
        IReadOnlyList<string> variables = entry.AddressVariables;
        string alternative = variables.Count == 0 ? "" : $", or the environment variable{(variables.Count > 1 ? "s" : "")} {string.Join(", ", variables)} of its usual one";
        return $"'{entry.Id}' has no address of its own: set {nameof(ChatProviderOptions)}.{nameof(ProviderOptions.Endpoint)}{alternative}.";
    }

    private static string KeyMissing(ProviderEntry entry) =>
        $"'{entry.Id}' needs an API key: set {nameof(ChatProviderOptions)}.{nameof(ProviderOptions.ApiKey)} or the environment variable {string.Join(" or ", entry.KeyVariables)}.";

    // OpenAI is one provider, whichever protocol it speaks.
    internal static string NameOf(ProviderEntry entry) => entry.Id == "openai-responses" ? OpenAIDialect.OpenAI.Name : entry.Id;

    private static (string Id, string? Model) Split(string provider)
    {
        int slash = provider.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || slash == provider.Length - 1 ? (provider.TrimEnd('/'), null) : (provider[..slash], provider[(slash + 1)..]);
    }

    private static T InItsWords<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (ChatValidationException e)
        {
            string[] failures = [.. e.Failures.Select(failure => OptionTypes.Aggregate(failure, (text, type) => text.Replace($"{type}.", $"{nameof(ChatProviderOptions)}.", StringComparison.Ordinal)))];
            throw new ChatValidationException(failures) { Provider = e.Provider };
        }
    }
}
