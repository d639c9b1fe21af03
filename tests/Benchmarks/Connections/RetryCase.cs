using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.AI;

namespace Benchmarks.Connections;

/// <summary>From a server's fault before the first content until the second attempt's request is there, where nothing asks to wait.</summary>
internal static class RetryCase
{
    private const int Warmups = 20;
    private const int Repeats = 200;
    private const double LimitMilliseconds = 5;

    private static readonly byte[] Overloaded = Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

    private static readonly byte[] Role = Encoding.ASCII.GetBytes("data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n");

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "data: {\"id\":\"c2\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");

    public static async Task PrintAsync(TextWriter output)
    {
        await output.WriteLineAsync($"from the fault until the second request is there, {Repeats} times median ms    max ms  to reach");
        await PrintAsync(output, "503 with Retry-After: 0", exchange => exchange.SendAsync(Overloaded).AsTask());
        await PrintAsync(output, "200 that ends before its first content", EndEarlyAsync);
    }

    private static async Task PrintAsync(TextWriter output, string name, Func<RawExchange, Task> fail)
    {
        var milliseconds = new List<double>();
        long failed = 0;
        await using var server = new RawServer(async exchange =>
        {
            if (failed == 0)
            {
                failed = Stopwatch.GetTimestamp();
                await fail(exchange);
                return;
            }

            milliseconds.Add(Stopwatch.GetElapsedTime(failed).TotalMilliseconds);
            failed = 0;
            await AnswerAsync(exchange, Answer);
        });
        using IChatClient client = Clients.OpenAI(server.Endpoint, http: null).AsBuilder()
            .UseStreamingRecovery(options => (options.Delay, options.RetryTokens, options.Circuit.Enabled) = (TimeSpan.Zero, null, false))
            .Build();
        for (int i = 0; i < Warmups + Repeats; i++)
        {
            await AskAsync(client);
        }

        double[] sorted = [.. milliseconds.Skip(Warmups).Order()];
        await output.WriteLineAsync($"{name,-55} {sorted[Repeats / 2],9:F2} {sorted[^1],9:F2}  <= {LimitMilliseconds} ms: {(sorted[^1] <= LimitMilliseconds ? "pass" : "MISS")}");
    }

    private static async Task AskAsync(IChatClient client)
    {
        string text = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi"))
        {
            text += update.Text;
        }

        if (text != "Hello")
        {
            throw new InvalidOperationException($"The second attempt gave '{text}'.");
        }
    }

    private static Task EndEarlyAsync(RawExchange exchange) => AnswerAsync(exchange, Role);

    private static async Task AnswerAsync(RawExchange exchange, byte[] body)
    {
        await exchange.SendHeadAsync("text/event-stream");
        await exchange.SendChunkAsync(body);
        await exchange.SendLastChunkAsync();
    }
}
