using System.Diagnostics;
using System.Net.Sockets;
using Benchmarks.Bodies;
using Microsoft.Extensions.AI;

namespace Benchmarks.Connections;

/// <summary>From <c>break</c> or cancellation in the consumer until the server sees the connection close.</summary>
internal static class CloseCase
{
    private const int Repeats = 20;
    private const double LimitMilliseconds = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(10);

    public static async Task PrintAsync(TextWriter output)
    {
        await output.WriteLineAsync($"until the server sees the close, {Repeats} times              median ms    max ms  to reach");
        using var http = new HttpClient();
        foreach (bool isSilent in (bool[])[false, true])
        {
            foreach (bool isBreak in (bool[])[true, false])
            {
                await PrintAsync(output, isSilent, isBreak, http: null);
                await PrintAsync(output, isSilent, isBreak, http);
            }
        }
    }

    private static async Task PrintAsync(TextWriter output, bool isSilent, bool isBreak, HttpClient? http)
    {
        var closed = new List<TaskCompletionSource<long>>();
        await using var server = new RawServer(exchange => AnswerAsync(exchange, closed[^1], isSilent));
        using IChatClient client = Clients.OpenAI(server.Endpoint, http);
        var milliseconds = new List<double>();
        for (int i = 0; i < Repeats; i++)
        {
            closed.Add(new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            long left = isBreak ? await BreakAsync(client) : await CancelAsync(client);
            milliseconds.Add(Stopwatch.GetElapsedTime(left, await closed[^1].Task.WaitAsync(Safety)).TotalMilliseconds);
        }

        milliseconds.Sort();
        double median = (milliseconds[(Repeats - 1) / 2] + milliseconds[Repeats / 2]) / 2;
        string name = $"{(isBreak ? "break" : "cancel")}, server {(isSilent ? "silent" : "sending")}, {(http is null ? "own" : "caller's")} HttpClient";
        await output.WriteLineAsync($"{name,-55} {median,9:F2} {milliseconds[^1],9:F2}  <= {LimitMilliseconds} ms: {(milliseconds[^1] <= LimitMilliseconds ? "pass" : "MISS")}");
    }

    // The consumer leaves with the first text in its hands.
    private static async Task<long> BreakAsync(IChatClient client)
    {
        long left = 0;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi"))
        {
            left = Stopwatch.GetTimestamp();
            break;
        }

        return left;
    }

    // The consumer waits for more when another thread cancels.
    private static async Task<long> CancelAsync(IChatClient client)
    {
        using var cancellation = new CancellationTokenSource();
        long left = 0;
        Task? canceller = null;
        try
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi", cancellationToken: cancellation.Token))
            {
                canceller ??= Task.Run(async () =>
                {
                    await Task.Delay(Pace * 1.5);
                    left = Stopwatch.GetTimestamp();
                    await cancellation.CancelAsync();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }

        await canceller!;
        return left;
    }

    private static async Task AnswerAsync(RawExchange exchange, TaskCompletionSource<long> closed, bool isSilent)
    {
        byte[] delta = Deltas.OpenAI();
        await exchange.SendHeadAsync("text/event-stream");
        await exchange.SendChunkAsync(delta);
        Task<long> closing = exchange.WaitForCloseAsync();
        try
        {
            while (!isSilent && !closing.IsCompleted)
            {
                await Task.WhenAny(closing, Task.Delay(Pace));
                await exchange.SendChunkAsync(delta);
            }
        }
        catch (SocketException)
        {
            // Closed while it was sending.
        }

        closed.TrySetResult(await closing);
    }
}
