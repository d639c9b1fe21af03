using System.Net.Sockets;
using System.Text;

namespace StreamingAdapters.Testing.Tests.Http;

public sealed class RawHttpServerTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_GivenBytes_ClientReadsThemAsResponse()
    {
        await using RawHttpServer server = RawHttpServer.Start(
            new RawHttpAnswer(Chunked + "3\r\nabc\r\n0\r\n\r\n") { Writes = [1] },
            new RawHttpAnswer("HTTP/1.1 204 No Content\r\nX-Odd: é\r\n\r\n"));
        using var client = new HttpClient();

        string first = await client.GetStringAsync(server.Endpoint, Token);
        using HttpResponseMessage second = await client.GetAsync(server.Endpoint, Token);

        Assert.Equal("abc", first);
        Assert.Equal(204, (int)second.StatusCode);
        Assert.Equal(2, server.Connections.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_BodyWithLengthOrChunked_RecordedWhole(bool chunked)
    {
        await using RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Endpoint, "x?y")) { Content = new StringContent("hello body") };
        request.Headers.TransferEncodingChunked = chunked;

        using HttpResponseMessage response = await client.SendAsync(request, Token);
        string received = Encoding.UTF8.GetString(await server.Connections[0].Request.Within());

        Assert.StartsWith("POST /x?y HTTP/1.1\r\n", received, StringComparison.Ordinal);
        Assert.EndsWith(chunked ? "hello body\r\n0\r\n\r\n" : "hello body", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_CloseInMidBody_ResponseEnded()
    {
        await using RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer(Chunked + "3\r\nab"));

        (string text, Exception error) = await ReadAsync(server);

        Assert.Equal("ab", text);
        Assert.Equal(HttpRequestError.ResponseEnded, Assert.IsType<HttpIOException>(error).HttpRequestError);
    }

    [Fact]
    public async Task End_ResetInMidBody_ConnectionResetAfterTheBytes()
    {
        await using RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer(Chunked + "3\r\nab") { End = RawHttpEnd.Reset });

        (string text, Exception error) = await ReadAsync(server);

        Assert.Equal("ab", text);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
        Assert.Equal(RawHttpClose.ServerEnded, await server.Connections[0].Closed.Within());
    }

    [Fact]
    public async Task Start_NoBytesAndClose_DeadBeforeHeaders()
    {
        await using RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer(""));
        using var client = new HttpClient();

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(server.Endpoint, Token));

        Assert.True(error.HttpRequestError is HttpRequestError.ResponseEnded, error.ToString());
    }

    [Theory]
    [InlineData(false, RawHttpClose.ClientClosed)]
    [InlineData(true, RawHttpClose.ClientReset)]
    public async Task Closed_ClientClosesDuringSilence_TellsFinFromReset(bool reset, RawHttpClose expected)
    {
        await using RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer(Chunked) { End = RawHttpEnd.Silence });
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Endpoint.Host, server.Endpoint.Port, Token);
        await socket.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Token);
        RawHttpConnection connection = await server.WaitForConnectionAsync(cancellationToken: Token).Within();
        await connection.Answered.Within();
        byte[] received = new byte[Chunked.Length];
        for (int at = 0; at < received.Length;)
        {
            at += await socket.ReceiveAsync(received.AsMemory(at), Token);
        }

        bool closedBefore = connection.Closed.IsCompleted;
        long before = TimeProvider.System.GetTimestamp();
        socket.LingerState = new LingerOption(reset, 0);
        socket.Close();

        Assert.Equal(expected, await connection.Closed.Within());
        Assert.False(closedBefore);
        Assert.True(connection.ClosedAt >= before);
        Assert.Equal(Chunked, Encoding.ASCII.GetString(received));
    }

    [Fact]
    public async Task Pace_DelaysBetweenWrites()
    {
        var clock = new ManualTimeProvider();
        await using RawHttpServer server = RawHttpServer.Start(
            clock, new RawHttpAnswer(Chunked + "1\r\na\r\n0\r\n\r\n") { Writes = [Chunked.Length, 6, 100], Pace = TimeSpan.FromSeconds(1) });
        using var client = new HttpClient();

        using HttpResponseMessage response = await client.GetAsync(server.Endpoint, HttpCompletionOption.ResponseHeadersRead, Token);
        Task<string> reading = response.Content.ReadAsStringAsync(Token);
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.WaitForTimersAsync(1, Token).Within();
        bool endedEarly = reading.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("a", await reading.Within());
        Assert.False(endedEarly);
    }

    [Fact]
    public async Task DisposeAsync_OpenConnection_EndsIt()
    {
        RawHttpServer server = RawHttpServer.Start(new RawHttpAnswer(Chunked) { End = RawHttpEnd.Silence });
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(server.Endpoint, HttpCompletionOption.ResponseHeadersRead, Token);

        await server.DisposeAsync();

        Assert.Equal(RawHttpClose.ServerEnded, await server.Connections[0].Closed.Within());
    }

    [Fact]
    public void Start_WithoutAnswer_Throws() => Assert.Throws<ArgumentException>(() => RawHttpServer.Start());

    private static async Task<(string Text, Exception Error)> ReadAsync(RawHttpServer server)
    {
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(server.Endpoint, HttpCompletionOption.ResponseHeadersRead, Token);
        using Stream stream = await response.Content.ReadAsStreamAsync(Token);
        byte[] buffer = new byte[16];
        int count = 0;
        Exception error = await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), Token)) > 0)
            {
                count += read;
            }
        });
        return (Encoding.UTF8.GetString(buffer, 0, count), error);
    }
}
