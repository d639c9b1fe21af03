using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace Benchmarks.Connections;

/// <summary>Our clients, over the library's own <see cref="HttpClient"/> or over a caller's that is as plain as they come.</summary>
internal static class Clients
{
    public static IChatClient OpenAI(Uri endpoint, HttpClient? http) =>
        new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = endpoint, Model = "m" }, http);

    public static IChatClient Ollama(Uri endpoint, HttpClient? http) =>
        new OllamaChatClient(new OllamaOptions { Endpoint = new Uri(endpoint, "/"), Model = "m" }, http);
}
