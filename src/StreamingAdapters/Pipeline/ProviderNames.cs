using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Catalog;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>The providers that configuration can name, which are those of the catalogue, and their clients.</summary>
internal static class ProviderNames
{
    private const string Azure = "azure";

    private static readonly string[] OptionTypes =
        [nameof(ChatProviderOptions), nameof(OpenAIResponsesOptions), nameof(OpenAIOptions), nameof(AnthropicOptions), nameof(GeminiOptions), nameof(OllamaOptions), nameof(LMStudioOptions)];

    /// <summary>What a name has to be.</summary>
    public static string Rule { get; } = $"it has to be the id of a provider, for example ollama, openai or anthropic; {nameof(ProviderCatalog)}.{nameof(ProviderCatalog.All)} lists them";

    /// <summary>What a name that is none has to be, with those that are near.</summary>
    public static string RuleFor(string name) => name.Split('/')[0] is var id && id != name && Knows(id)
        ? $"it has to be the id alone, {id}; the model has a key of its own, {nameof(StreamingProviderOptions.Model)}"
        : NearNames.InWords(ProviderCatalog.Near(name)) is { Length: > 0 } near ? $"{Rule}.{near.TrimEnd('?')}" : Rule;

    public static bool Knows(string name) => ProviderCatalog.Find(name) is not null;

    public static bool IsVerified(string name) => ProviderCatalog.Find(name)!.IsVerified;

    public static bool IsOllama(string name) => ProviderCatalog.Find(name)?.Protocol is ChatProtocol.Ollama;

    public static bool Speaks(string name, params ReadOnlySpan<ChatProtocol> protocols) => ProviderCatalog.Find(name) is { } entry && protocols.Contains(entry.Protocol);

    public static bool IsAzure(string name) => ProviderCatalog.Find(name)?.Id == Azure;

    /// <summary>The client of a provider whose name is known.</summary>
    /// <exception cref="Errors.ChatValidationException">The options lack something, such as the key.</exception>
    public static IChatClient CreateClient(StreamingProviderOptions options, TimeProvider timeProvider)
    {
        ProviderEntry entry = ProviderCatalog.Find(options.Name!)!;
        ChatProviderOptions given = GivenBy(options, timeProvider);
        return entry.Protocol switch
        {
            ChatProtocol.Ollama => new OllamaChatClient(With(new OllamaOptions { KeepAlive = options.KeepAlive, RawPrompt = options.RawPrompt })),
            ChatProtocol.OpenAIResponses => new OpenAIResponsesChatClient(With(new OpenAIResponsesOptions { ProviderName = ChatProviderFactory.NameOf(entry), Store = options.Store })),
            ChatProtocol.Anthropic => new AnthropicChatClient(With(AnthropicOf(entry, options))),
            ChatProtocol.Gemini when options.Project is not null => new GeminiChatClient(ChatProviderFactory.Fill(GeminiOf(options), given)),
            ChatProtocol.Gemini => new GeminiChatClient(With(GeminiOf(options))),
            ChatProtocol.LMStudio => new LMStudioChatClient(With(new LMStudioOptions { Store = options.Store, ContextLength = options.ContextLength })),
            _ => new OpenAIChatClient(With(OpenAIOf(entry, options, given))),
        };

        T With<T>(T target)
            where T : ProviderOptions => ChatProviderFactory.With(target, entry, given, model: null);
    }

    /// <summary>The generator of embeddings of a provider whose name is known.</summary>
    /// <exception cref="Errors.ChatValidationException">The options lack something, such as the key, or the provider has no embeddings.</exception>
    public static HttpEmbeddingGenerator CreateGenerator(StreamingProviderOptions options, TimeProvider timeProvider)
    {
        ProviderEntry entry = ProviderCatalog.Find(options.Name!)!;
        ChatProviderOptions given = GivenBy(options, timeProvider);
        return entry.Protocol switch
        {
            ChatProtocol.Ollama => new OllamaEmbeddingGenerator(ChatProviderFactory.With(new OllamaOptions { KeepAlive = options.KeepAlive }, entry, given, model: null)),
            ChatProtocol.OpenAIChat => new OpenAIEmbeddingGenerator(ChatProviderFactory.With(OpenAIOf(entry, options, given), entry, given, model: null)),
            _ => ChatProviderFactory.CreateEmbeddingGenerator(entry.Id, given),
        };
    }

    private static ChatProviderOptions GivenBy(StreamingProviderOptions options, TimeProvider timeProvider)
    {
        var given = new ChatProviderOptions
        {
            Endpoint = options.Endpoint,
            Model = options.Model,
            ApiKey = options.ApiKey,
            ApiKeyProvider = options.ApiKeys.Count > 0 ? new RotatingApiKeyProvider(options.ApiKeys, options.ApiKeyRotation.On(timeProvider)) : options.ApiKeyProvider,
            Headers = options.Headers,
            RetryDeadConnection = options.RetryDeadConnection,
            TimeProvider = timeProvider,
            AllowUnverified = options.AllowUnverified,
        };
        given.MaxFrameBytes = options.MaxFrameBytes ?? given.MaxFrameBytes;
        return given;
    }

    private static OpenAIOptions OpenAIOf(ProviderEntry entry, StreamingProviderOptions options, ChatProviderOptions given) =>
        new() { Dialect = ChatProviderFactory.DialectOf(entry, given), ApiVersion = options.ApiVersion };

    private static AnthropicOptions AnthropicOf(ProviderEntry entry, StreamingProviderOptions options)
    {
        var target = new AnthropicOptions { ProviderName = entry.Id, Betas = options.Betas };
        target.MaxOutputTokens = options.MaxOutputTokens ?? target.MaxOutputTokens;
        target.UsesThinkingBudgets = options.UsesThinkingBudgets ?? target.UsesThinkingBudgets;
        return target;
    }

    private static GeminiOptions GeminiOf(StreamingProviderOptions options)
    {
        var target = new GeminiOptions { Project = options.Project, UsesThinkingBudgets = options.UsesThinkingBudgets };
        target.Location = options.Location ?? target.Location;
        return target;
    }

    /// <summary>A failure of a provider's options, in the words of the section that they came from.</summary>
    public static string ByKeys(string failure, SettingsFailures failures) =>
        OptionTypes.Aggregate(failure, (text, type) => text.Replace($"{type}.", failures.PathOf(""), StringComparison.Ordinal));
}
