using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>A provider and the server that it talks to, by the provider's id.</summary>
internal static class EmulatedTarget
{
    private static readonly Dictionary<string, Func<EmulatedServerOptions?, CancellationToken, Task<EmulatedServer>>> Servers = new(StringComparer.Ordinal)
    {
        ["ollama"] = async (options, token) => await EmulatedOllamaServer.StartAsync(options, token),
        ["openai"] = async (options, token) => await EmulatedOpenAIServer.StartAsync(options, token),
        ["openai-responses"] = async (options, token) => await EmulatedOpenAIResponsesServer.StartAsync(options, token),
        ["anthropic"] = async (options, token) => await EmulatedAnthropicServer.StartAsync(options, token),
        ["gemini"] = async (options, token) => await EmulatedGeminiServer.StartAsync(options, token),
        ["lmstudio-native"] = async (options, token) => await EmulatedLMStudioServer.StartAsync(options, token),
    };

    /// <summary>One provider for each protocol.</summary>
    public static IReadOnlyList<string> Providers { get; } = [.. Servers.Keys];

    /// <summary>Those whose requests carry whole conversations.</summary>
    public static IReadOnlyList<string> WithHistory { get; } = [.. Servers.Keys.Where(provider => provider != "lmstudio-native")];

    public static Task<EmulatedServer> StartAsync(string provider, EmulatedServerOptions? options = null) => Servers[provider](options, TestContext.Current.CancellationToken);

    // The provider's own clock stands still: it has no say here.
    public static IChatClient CreateClient(this EmulatedServer server, Action<ChatProviderOptions>? configure = null)
    {
        string provider = server switch
        {
            EmulatedOllamaServer => "ollama",
            EmulatedOpenAIResponsesServer => "openai-responses",
            EmulatedAnthropicServer => "anthropic",
            EmulatedGeminiServer => "gemini",
            EmulatedLMStudioServer => "lmstudio-native",
            _ => "openai-compatible",
        };
        var options = new ChatProviderOptions { Endpoint = server.Endpoint, Model = "emulated", TimeProvider = new ManualTimeProvider() };
        configure?.Invoke(options);
        return ChatProviderFactory.Create(provider, options);
    }
}
