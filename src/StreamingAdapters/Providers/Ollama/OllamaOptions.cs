using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach an Ollama server.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is the server's root, by default <c>http://localhost:11434</c> (Ollama's cloud: <c>https://ollama.com</c>).
/// <see cref="ProviderOptions.ApiKey"/> is the environment variable <c>OLLAMA_API_KEY</c> by default for Ollama's cloud and for this machine's server, which needs none, and for no other.
/// </remarks>
public sealed class OllamaOptions : ProviderOptions
{
    /// <summary>How long the server keeps the model in memory after the answer.</summary>
    /// <value>Null by default: the server decides (5 minutes). Zero unloads at once, <see cref="Timeout.InfiniteTimeSpan"/> keeps it.</value>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Whether requests go to <c>/api/generate</c>, with the messages' text as one raw prompt that no template touches.</summary>
    /// <value>False by default: <c>/api/chat</c>.</value>
    public bool RawPrompt { get; set; }
}
