using Microsoft.Extensions.AI;
using StreamingAdapters;
using StreamingAdapters.Testing;

namespace ConsoleChat;

/// <summary>An emulated server that the program brings along, one for each protocol.</summary>
internal static class DemoServer
{
    public const string Default = "ollama";

    // A model's usual speed, so that the answer can be seen to come.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private static readonly Dictionary<string, (string Name, Func<EmulatedServerOptions, CancellationToken, Task<EmulatedServer>> StartAsync)> Servers = new(StringComparer.OrdinalIgnoreCase)
    {
        [Default] = ("Ollama", async (options, token) => await EmulatedOllamaServer.StartAsync(options, token)),
        ["openai"] = ("OpenAI", async (options, token) => await EmulatedOpenAIServer.StartAsync(options, token)),
        ["openai-responses"] = ("OpenAI Responses", async (options, token) => await EmulatedOpenAIResponsesServer.StartAsync(options, token)),
        ["anthropic"] = ("Anthropic", async (options, token) => await EmulatedAnthropicServer.StartAsync(options, token)),
        ["lmstudio-native"] = ("LM Studio", async (options, token) => await EmulatedLMStudioServer.StartAsync(options, token)),
        ["gemini"] = ("Gemini", async (options, token) => await EmulatedGeminiServer.StartAsync(options, token)),
    };

    /// <summary>The ids that there is one for.</summary>
    public static IEnumerable<string> Ids => Servers.Keys;

    /// <summary>The id in the spelling of the catalogue.</summary>
    /// <exception cref="UsageException">There is no such server.</exception>
    public static string Find(string id) =>
        Servers.Keys.FirstOrDefault(known => known.Equals(id, StringComparison.OrdinalIgnoreCase)) ?? throw new UsageException($"There is no emulated server 'demo:{id}'; there are {string.Join(", ", Ids.Select(known => $"demo:{known}"))}.");

    /// <summary>The server's name.</summary>
    public static string NameOf(string id) => Servers[id].Name;

    public static Task<EmulatedServer> StartAsync(string id, string model, CancellationToken cancellationToken) =>
        Servers[id].StartAsync(new() { Models = [model], Pace = Pace, FinishesSentences = true }, cancellationToken);

    /// <summary>The client for it.</summary>
    public static IChatClient CreateClient(string id, EmulatedServer server, string model) =>
        ChatProviderFactory.Create(id, new ChatProviderOptions { Endpoint = server.Endpoint, Model = model, ApiKey = id == Default ? null : "demo" });
}
