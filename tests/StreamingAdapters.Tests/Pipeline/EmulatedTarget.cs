using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>A provider and the server that it talks to, by the provider's name.</summary>
internal static class EmulatedTarget
{
    public static async Task<EmulatedServer> StartAsync(string provider, EmulatedServerOptions? options = null) => provider == "ollama"
        ? await EmulatedOllamaServer.StartAsync(options, TestContext.Current.CancellationToken)
        : provider == "openai-responses" ? await EmulatedOpenAIResponsesServer.StartAsync(options, TestContext.Current.CancellationToken)
        : await EmulatedOpenAIServer.StartAsync(options, TestContext.Current.CancellationToken);

    // The provider's own clock stands still: it has no say here.
    public static IChatClient CreateClient(this EmulatedServer server) => server is EmulatedOllamaServer
        ? new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated", TimeProvider = new ManualTimeProvider() })
        : server is EmulatedOpenAIResponsesServer
        ? new OpenAIResponsesChatClient(new OpenAIResponsesOptions { Endpoint = server.Endpoint, Model = "emulated", TimeProvider = new ManualTimeProvider() })
        : new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = server.Endpoint, Model = "emulated", TimeProvider = new ManualTimeProvider() });
}
