using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>The providers that configuration can name, and their clients.</summary>
internal static class ProviderNames
{
    private const string Ollama = "ollama";

    private static readonly Dictionary<string, OpenAIDialect> Dialects = new(StringComparer.OrdinalIgnoreCase)
    {
        [OpenAIDialect.OpenAI.Name] = OpenAIDialect.OpenAI,
        [OpenAIDialect.LMStudio.Name] = OpenAIDialect.LMStudio,
        [OpenAIDialect.LlamaCpp.Name] = OpenAIDialect.LlamaCpp,
        [OpenAIDialect.Vllm.Name] = OpenAIDialect.Vllm,
        [OpenAIDialect.OpenRouter.Name] = OpenAIDialect.OpenRouter,
        [OpenAIDialect.AzureOpenAI.Name] = OpenAIDialect.AzureOpenAI,
        ["azureopenai"] = OpenAIDialect.AzureOpenAI,
        [OpenAIDialect.Generic.Name] = OpenAIDialect.Generic,
        ["generic"] = OpenAIDialect.Generic,
    };

    /// <summary>What a name has to be.</summary>
    public static string Rule { get; } = $"it has to be one of {string.Join(", ", [Ollama, .. Dialects.Keys])}";

    public static bool Knows(string name) => IsOllama(name) || Dialects.ContainsKey(name);

    public static bool IsOllama(string name) => string.Equals(name, Ollama, StringComparison.OrdinalIgnoreCase);

    public static bool IsAzure(string name) => Dialects.GetValueOrDefault(name) == OpenAIDialect.AzureOpenAI;

    /// <summary>The client of a provider whose name is known.</summary>
    /// <exception cref="Errors.ChatValidationException">The options lack something, such as the key.</exception>
    public static IChatClient CreateClient(StreamingProviderOptions options, TimeProvider timeProvider)
    {
        if (IsOllama(options.Name!))
        {
            return new OllamaChatClient(With(options, timeProvider, new OllamaOptions { KeepAlive = options.KeepAlive, RawPrompt = options.RawPrompt }));
        }

        return new OpenAIChatClient(With(options, timeProvider, new OpenAIOptions { Dialect = Dialects[options.Name!], ApiVersion = options.ApiVersion }));
    }

    /// <summary>A failure of a provider's options, in the words of the section that they came from.</summary>
    public static string ByKeys(string failure, SettingsFailures failures)
    {
        string path = failures.PathOf("");
        return failure
            .Replace($"{nameof(OllamaOptions)}.", path, StringComparison.Ordinal)
            .Replace($"{nameof(OpenAIOptions)}.", path, StringComparison.Ordinal);
    }

    private static T With<T>(StreamingProviderOptions options, TimeProvider timeProvider, T provider)
        where T : ProviderOptions
    {
        provider.Endpoint = options.Endpoint;
        provider.Model = options.Model;
        provider.ApiKey = options.ApiKey;
        provider.Headers = options.Headers;
        provider.RetryDeadConnection = options.RetryDeadConnection;
        provider.TimeProvider = timeProvider;
        provider.MaxFrameBytes = options.MaxFrameBytes ?? provider.MaxFrameBytes;
        return provider;
    }
}
