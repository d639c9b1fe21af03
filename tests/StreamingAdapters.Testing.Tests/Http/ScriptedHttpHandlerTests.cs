using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamingAdapters.Testing.Tests.Http;

public sealed class ScriptedHttpHandlerTests
{
    private static readonly Uri Address = new("http://scripted.test/v1/chat?x=1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_RecordsRequestAsSent()
    {
        using var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok());
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new StringContent("{\"é\":1}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Two", ["a", "b"]);

        using HttpResponseMessage response = await client.SendAsync(request, Token);

        ScriptedHttpExchange exchange = Assert.Single(handler.Exchanges);
        Assert.Equal(HttpMethod.Post, exchange.Method);
        Assert.Equal(Address, exchange.Uri);
        Assert.Equal("a, b", exchange.Headers["x-two"]);
        Assert.Equal("application/json; charset=utf-8", exchange.Headers["Content-Type"]);
        Assert.Equal("{\"é\":1}"u8.ToArray(), exchange.Body.ToArray());
    }

    [Fact]
    public async Task SendAsync_StatusHeadersAndBody_AsScripted()
    {
        using var handler = new ScriptedHttpHandler(
            ScriptedHttpResponse.Status(429, "application/json").Header("Retry-After", "2").Header("X-Id", "7").Text("{\"error\":\"slow\"}"),
            ScriptedHttpResponse.Ok("text/plain").Text("last"));
        using var client = new HttpClient(handler);

        using HttpResponseMessage first = await client.GetAsync(Address, Token);
        string second = await client.GetStringAsync(Address, Token);
        string third = await client.GetStringAsync(Address, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, first.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), first.Headers.RetryAfter?.Delta);
        Assert.Equal("7", Assert.Single(first.Headers.GetValues("X-Id")));
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal("{\"error\":\"slow\"}", await first.Content.ReadAsStringAsync(Token));
        Assert.Equal("last", second);
        Assert.Equal("last", third);
    }

    public static TheoryData<string, int[]> Splits => new()
    {
        { "nowhere", [6, 4] },
        { "every byte", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
        { "sizes", [1, 5, 2, 2] },
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public async Task Read_Splits_NoReadCrossesOne(string kind, int[] expected)
    {
        ScriptedHttpResponse response = ScriptedHttpResponse.Ok().Text("abcdef").Text("ghij");
        _ = kind switch
        {
            "every byte" => response.SplitEveryByte(),
            "sizes" => response.SplitBySizes(1, 5, 2),
            _ => response.SplitNowhere(),
        };

        (string text, List<int> reads) = await ReadAllAsync(response);

        Assert.Equal("abcdefghij", text);
        Assert.Equal(expected, reads);
    }

    [Fact]
    public async Task Read_RandomSplits_SameForSameSeedOnly()
    {
        string body = new('x', 500);

        (string text, List<int> first) = await ReadAllAsync(ScriptedHttpResponse.Ok().Text(body).SplitAtRandom(seed: 7, largest: 20));
        (_, List<int> again) = await ReadAllAsync(ScriptedHttpResponse.Ok().Text(body).SplitAtRandom(seed: 7, largest: 20));
        (_, List<int> other) = await ReadAllAsync(ScriptedHttpResponse.Ok().Text(body).SplitAtRandom(seed: 8, largest: 20));

        Assert.Equal(body, text);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.All(first, size => Assert.InRange(size, 1, 20));
    }

    [Fact]
    public void SplitBySizes_SizeZero_Throws() => Assert.Throws<ArgumentException>(() => ScriptedHttpResponse.Ok().SplitBySizes(3, 0));

    [Fact]
    public async Task Read_ZeroBytes_WaitsForDataAndTakesNone()
    {
        var clock = new ManualTimeProvider();
        using Body body = await OpenAsync(ScriptedHttpResponse.Ok().Delay(TimeSpan.FromSeconds(1)).Text("ab"), clock);

        Task<int> waiting = body.Stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();
        bool endedBefore = waiting.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(endedBefore);
        Assert.Equal(0, await waiting.Within());
        Assert.Equal(2, await body.Stream.ReadAsync(new byte[8], Token));
        Assert.Equal(0, await body.Stream.ReadAsync(new byte[8], Token));
    }

    [Fact]
    public async Task HeadersAfter_Delay_EndsOnTheClock()
    {
        var clock = new ManualTimeProvider();
        using var handler = new ScriptedHttpHandler(clock, ScriptedHttpResponse.Ok().HeadersAfter(TimeSpan.FromMinutes(2)));
        using var client = new HttpClient(handler);

        Task<HttpResponseMessage> sending = client.GetAsync(Address, Token);
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(TimeSpan.FromSeconds(119));
        bool endedEarly = sending.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await sending.Within();
        Assert.False(endedEarly);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Read_EndsPrematurely_ThrowsResponseEndedAfterTheBytes()
    {
        using Body body = await OpenAsync(ScriptedHttpResponse.Ok().Text("ab").EndsPrematurely());

        int read = await body.Stream.ReadAsync(new byte[8], Token);
        var error = await Assert.ThrowsAsync<HttpIOException>(async () => await body.Stream.ReadExactlyAsync(new byte[8], Token));

        Assert.Equal(2, read);
        Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
    }

    [Fact]
    public async Task Read_EndsByReset_ThrowsConnectionResetAfterTheBytes()
    {
        using Body body = await OpenAsync(ScriptedHttpResponse.Ok().Text("ab").EndsByReset());

        int read = await body.Stream.ReadAsync(new byte[8], Token);
        var error = await Assert.ThrowsAsync<IOException>(async () => await body.Stream.ReadExactlyAsync(new byte[8], Token));

        Assert.Equal(2, read);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Read_Silence_PendsUntilItsTokenIsCancelled()
    {
        using Body body = await OpenAsync(ScriptedHttpResponse.Ok().Text("ab").EndsInSilence());
        using var cancel = new CancellationTokenSource();
        await body.Stream.ReadExactlyAsync(new byte[2], Token);

        Task<int> reading = body.Stream.ReadAsync(new byte[8], cancel.Token).AsTask();
        await body.Exchange.ReadPending.Within();
        bool cancelledBefore = body.Exchange.IsReadCancelled;
        await cancel.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
        Assert.Equal(cancel.Token, error.CancellationToken);
        Assert.False(cancelledBefore);
        Assert.True(body.Exchange.IsReadCancelled);
        Assert.Equal(2, body.Exchange.BytesRead);
        Assert.False(body.Exchange.IsDisposed);
    }

    [Fact]
    public async Task Dispose_WhileReadPends_EndsTheReadAndIsRecorded()
    {
        using Body body = await OpenAsync(ScriptedHttpResponse.Ok().EndsInSilence());

        Task<int> reading = body.Stream.ReadAsync(new byte[8], Token).AsTask();
        await body.Exchange.ReadPending.Within();
        body.Response.Dispose();

        await Assert.ThrowsAsync<IOException>(() => reading.Within());
        await body.Exchange.Disposed.Within();
        Assert.True(body.Exchange.IsDisposed);
        Assert.False(body.Exchange.IsReadCancelled);
    }

    [Fact]
    public async Task SendAsync_FailsBeforeHeaders_ThrowsGivenError()
    {
        using var handler = new ScriptedHttpHandler(ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.NameResolutionError));
        using var client = new HttpClient(handler);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Address, Token));

        Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
        Assert.Single(handler.Exchanges);
    }

    [Fact]
    public async Task SendAsync_NeverAnswers_PendsUntilCancelled()
    {
        using var handler = new ScriptedHttpHandler(ScriptedHttpResponse.NeverAnswers());
        using var client = new HttpClient(handler);
        using var cancel = new CancellationTokenSource();

        Task<HttpResponseMessage> sending = client.GetAsync(Address, cancel.Token);
        await handler.WaitForRequestAsync(cancellationToken: Token).Within();
        bool endedBefore = sending.IsCompleted;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Within());
        Assert.False(endedBefore);
    }

    [Fact]
    public void Dispose_OfItsClient_IsRecorded()
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok());
        bool before = handler.IsDisposed;

        new HttpClient(handler).Dispose();

        Assert.False(before);
        Assert.True(handler.IsDisposed);
    }

    [Fact]
    public void Constructor_WithoutResponse_Throws() => Assert.Throws<ArgumentException>(() => new ScriptedHttpHandler());

    private static async Task<(string Text, List<int> Reads)> ReadAllAsync(ScriptedHttpResponse response)
    {
        using Body body = await OpenAsync(response);
        var bytes = new List<byte>();
        var reads = new List<int>();
        byte[] buffer = new byte[1024];
        int count;
        while ((count = await body.Stream.ReadAsync(buffer, Token)) > 0)
        {
            bytes.AddRange(buffer[..count]);
            reads.Add(count);
        }

        return (Encoding.UTF8.GetString([.. bytes]), reads);
    }

    private static async Task<Body> OpenAsync(ScriptedHttpResponse scripted, TimeProvider? clock = null)
    {
        var handler = new ScriptedHttpHandler(clock ?? TimeProvider.System, scripted);
        using var client = new HttpClient(handler, disposeHandler: false);
        HttpResponseMessage response = await client.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead, Token);
        return new Body(response, await response.Content.ReadAsStreamAsync(Token), handler.Exchanges[0]);
    }

    private sealed record Body(HttpResponseMessage Response, Stream Stream, ScriptedHttpExchange Exchange) : IDisposable
    {
        public void Dispose() => Response.Dispose();
    }
}
