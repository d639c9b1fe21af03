using System.Text;
using Microsoft.Extensions.AI;

namespace Benchmarks.Connections;

/// <summary>20 answers one after the other, from a server whose last HTTP chunk comes 5 ms after the protocol's terminal signal.</summary>
internal static class ReuseCase
{
    private const int Answers = 20;
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(5);

    private const string OpenAIBody =
        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1754041325,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n"
        + "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1754041325,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: [DONE]\n\n";

    private const string OllamaBody =
        "{\"model\":\"m\",\"created_at\":\"2025-08-01T09:42:05.1Z\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"done\":false}\n"
        + "{\"model\":\"m\",\"created_at\":\"2025-08-01T09:42:05.2Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";

    public static async Task PrintAsync(TextWriter output)
    {
        await output.WriteLineAsync($"{Answers} sequential answers, last HTTP chunk {Lateness.TotalMilliseconds:F0} ms late     TCP connections  to reach");
        using var http = new HttpClient();
        await PrintAsync(output, "OpenAIChatClient, own HttpClient", OpenAIBody, endpoint => Clients.OpenAI(endpoint, http: null));
        await PrintAsync(output, "OpenAIChatClient, caller's HttpClient", OpenAIBody, endpoint => Clients.OpenAI(endpoint, http));
        await PrintAsync(output, "OllamaChatClient, own HttpClient", OllamaBody, endpoint => Clients.Ollama(endpoint, http: null));
        await PrintAsync(output, "OllamaChatClient, caller's HttpClient", OllamaBody, endpoint => Clients.Ollama(endpoint, http));
    }

    private static async Task PrintAsync(TextWriter output, string name, string body, Func<Uri, IChatClient> create)
    {
        await using var server = new RawServer(exchange => AnswerAsync(exchange, Encoding.UTF8.GetBytes(body)));
        using IChatClient client = create(server.Endpoint);
        for (int i = 0; i < Answers; i++)
        {
            string text = "";
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
            }

            if (text != "Hello")
            {
                throw new InvalidOperationException($"'{name}' received '{text}'.");
            }
        }

        await output.WriteLineAsync($"{name,-55} {server.Connections,15}  1: {(server.Connections == 1 ? "pass" : "MISS")}");
    }

    private static async Task AnswerAsync(RawExchange exchange, byte[] body)
    {
        await exchange.SendHeadAsync("text/event-stream");
        await exchange.SendChunkAsync(body);
        await Task.Delay(Lateness);
        await exchange.SendLastChunkAsync();
    }
}
