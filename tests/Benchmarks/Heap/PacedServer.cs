using System.Collections.Concurrent;
using System.Net.Sockets;
using Benchmarks.Bodies;
using Benchmarks.Connections;

namespace Benchmarks.Heap;

/// <summary>
/// The other process: sends every open stream 50 chunks a second, on and on. Prints its port; <c>pause</c> and <c>go</c> on its standard input stop and
/// start the chunks, and its end ends the process.
/// </summary>
internal static class PacedServer
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(int port)
    {
        var streams = new ConcurrentDictionary<RawExchange, bool>();
        bool isPaused = false;
        await using var server = new RawServer(exchange => AnswerAsync(exchange, streams), port);
        Console.WriteLine(server.Port);
        using var stop = new CancellationTokenSource();
        Task pacing = PaceAsync(streams, () => Volatile.Read(ref isPaused), stop.Token);
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } command)
        {
            Volatile.Write(ref isPaused, command == "pause");
        }

        await stop.CancelAsync();
        await pacing;
    }

    private static async Task AnswerAsync(RawExchange exchange, ConcurrentDictionary<RawExchange, bool> streams)
    {
        await exchange.SendHeadAsync("text/event-stream");
        streams[exchange] = true;
        await exchange.WaitForCloseAsync();
        streams.TryRemove(exchange, out _);
    }

    private static async Task PaceAsync(ConcurrentDictionary<RawExchange, bool> streams, Func<bool> isPaused, CancellationToken cancellationToken)
    {
        byte[] chunk = RawExchange.Frame(Deltas.OpenAI());
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach ((RawExchange stream, _) in isPaused() ? [] : streams)
                {
                    await SendAsync(stream, chunk);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static async ValueTask SendAsync(RawExchange stream, byte[] chunk)
    {
        try
        {
            await stream.SendAsync(chunk);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has left; its own reader notices.
        }
    }
}
