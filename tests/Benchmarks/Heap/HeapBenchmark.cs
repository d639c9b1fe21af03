using Benchmarks.Connections;
using Microsoft.Extensions.AI;

namespace Benchmarks.Heap;

/// <summary>How much managed memory an open stream holds, while 1,000 of them get 50 chunks a second each from another process.</summary>
internal static class HeapBenchmark
{
    private const double LimitKilobytes = 14;
    private const double MinChunksPerSecond = 45;
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hello")];

    public static async Task RunAsync()
    {
        Console.WriteLine($"{StreamCrowd.Streams:N0} open streams, 50 chunks/s each      KB/stream, between chunks   KB/stream, under load   chunks/s/stream  to reach");
        await MeasureAsync("floor: HttpClient, zero-byte reads", (http, endpoint) => (onChunk, token) => DrainAsync(http, endpoint, onChunk, token), hasTarget: false);
        await MeasureAsync("OpenAIChatClient", (http, endpoint) => StreamWith(Clients.OpenAI(endpoint, http)), hasTarget: true);
    }

    private static async Task MeasureAsync(string name, Func<HttpClient, Uri, Func<Action, CancellationToken, Task>> create, bool hasTarget)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient http = CreateHttpClient();
        var crowd = new StreamCrowd(server, create(http, server.Endpoint));
        HeapResult result = await crowd.MeasureAsync();
        string target = hasTarget ? $"<= {LimitKilobytes} KB: {(result.IdleKilobytes <= LimitKilobytes ? "pass" : "MISS")}" : "";
        target += result.ChunksPerSecond < MinChunksPerSecond ? "  (the machine was too busy for 50 chunks/s)" : "";
        Console.WriteLine($"{name,-43} {result.IdleKilobytes,22:F1} {result.BusyKilobytes,23:F1} {result.ChunksPerSecond,17:F1}  {target}");
    }

    // The same handler for both rows.
    private static HttpClient CreateHttpClient() =>
        new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { Timeout = Timeout.InfiniteTimeSpan };

    // What any client needs that waits without a buffer: a read of nothing, then a read into memory that all share.
    private static async Task DrainAsync(HttpClient http, Uri endpoint, Action onChunk, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new ByteArrayContent([]);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read = 0;
        do
        {
            read = await body.ReadAsync(Memory<byte>.Empty, cancellationToken);
            read += await body.ReadAsync(StreamCrowd.SharedBuffer, cancellationToken);
            onChunk();
        }
        while (read > 0);
    }

    // One client for all streams, as an application has it; the conversation is the caller's and weighs the same with any client.
    private static Func<Action, CancellationToken, Task> StreamWith(IChatClient client) => async (onChunk, cancellationToken) =>
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages, cancellationToken: cancellationToken))
        {
            onChunk();
        }
    };
}
