using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Providers;

/// <summary>A consumer that stops pulling stops the server: nothing reads ahead of it.</summary>
[Collection(nameof(Alone))]
public sealed class BackpressureTests
{
    private const long Enough = 64 * 1024 * 1024;
    private const int FullBuffersInARow = 200;

    [Fact]
    public async Task MoveNextAsync_NotCalled_FillsTheSocketBuffersAndNothingElse()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = new Uri($"http://{listener.LocalEndpoint}"), Model = "m" });
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hello").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> first = updates.MoveNextAsync();
        using Socket server = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await server.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await server.SendAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n" + OllamaLines.Hello), TestContext.Current.CancellationToken);
        Assert.True(await first);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        long sent = await SendUntilFullAsync(server);

        Assert.True(sent < Enough, "The server could send without end to a consumer that does not pull.");
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 1024 * 1024, "The client buffers what its consumer does not pull.");
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("Hello", updates.Current.Text);
    }

    // A non-blocking socket says that its buffers are full; the kernel may still be moving bytes to the client's, so it is asked again.
    private static async Task<long> SendUntilFullAsync(Socket server)
    {
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(OllamaLines.Hello, 500)));
        server.Blocking = false;
        long sent = 0;
        for (int full = 0; full < FullBuffersInARow && sent < Enough;)
        {
            int count = server.Send(lines.AsSpan((int)(sent % lines.Length)), SocketFlags.None, out SocketError error);
            full = error == SocketError.WouldBlock ? full + 1 : 0;
            sent += count;
            await Task.Yield();
        }

        return sent;
    }
}
