namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class ServerFaultTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Ollama, 401, """{"error":"unauthorized","signin_url":"https://ollama.com/connect?name=emulated&key=none"}""")]
    [InlineData(Ollama, 404, """{"error":"model 'emulated' not found"}""")]
    [InlineData(Ollama, 503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}""")]
    [InlineData(Ollama, 529, """{"error":"unexpected status 529"}""")]
    [InlineData(OpenAI, 403, """{"error":{"message":"You are not allowed to use this model.","type":"invalid_request_error","param":null,"code":"permission_denied"}}""")]
    [InlineData(OpenAI, 413, """{"error":{"message":"The request is too large.","type":"invalid_request_error","param":null,"code":"request_too_large"}}""")]
    [InlineData(OpenAI, 429, """{"error":{"message":"Rate limit reached for requests.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""")]
    [InlineData(OpenAI, 500, """{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}""")]
    [InlineData(OpenAI, 529, """{"error":{"message":"The engine is currently overloaded, please try again later.","type":"server_error","param":null,"code":"server_is_overloaded"}}""")]
    public async Task Status_BodyOfTheProtocol(string server, int status, string expected)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.Status(status));

        Assert.Equal(status, run.Status);
        Assert.Equal(expected, run.Text);
        Assert.StartsWith("application/json", run.ContentType, StringComparison.Ordinal);
        Assert.DoesNotContain("Retry-After", run.Headers.Keys);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(399)]
    [InlineData(600)]
    public void Status_NoError_Throws(int status) => Assert.Throws<ArgumentOutOfRangeException>(nameof(status), () => ServerFault.Status(status));

    [Fact]
    public async Task Status_HintMessageCodeAndHeaders_AsGiven()
    {
        FaultRun run = await FaultRun.RunAsync(OpenAI, ServerFault.Status(
            429, TimeSpan.FromMilliseconds(1500), "no quota", "insufficient_quota", new Dictionary<string, string> { ["retry-after-ms"] = "1500" }));

        Assert.Equal("2", run.Headers["Retry-After"]);
        Assert.Equal("1500", run.Headers["retry-after-ms"]);
        Assert.Equal("""{"error":{"message":"no quota","type":"requests","param":null,"code":"insufficient_quota"}}""", run.Text);
    }

    [Theory]
    [InlineData(Ollama, 502, "502 Bad Gateway")]
    [InlineData(OpenAI, 200, "200 OK")]
    public async Task HtmlPage_TitleAndContentType(string server, int status, string title)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.HtmlPage(status));

        Assert.Equal(status, run.Status);
        Assert.Equal("text/html", run.ContentType);
        Assert.Contains($"<title>{title}</title>", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Ollama, "application/x-ndjson")]
    [InlineData(OpenAI, "text/event-stream; charset=utf-8")]
    public async Task EmptyBody_StreamTypeAndNothing(string server, string contentType)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.EmptyBody());

        Assert.Equal((200, contentType, 0), (run.Status, run.ContentType, run.Bytes.Length));
        Assert.Null(run.Error);
    }

    [Theory]
    [InlineData(Ollama, """{"error":"boom"}""")]
    [InlineData(OpenAI, """{"error":{"message":"boom","type":"server_error","param":null,"code":"x"}}""")]
    public async Task ErrorBody_Status200(string server, string expected)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.ErrorBody("boom", "x"));

        Assert.Equal((200, expected), (run.Status, run.Text));
        Assert.StartsWith("application/json", run.ContentType, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task WrongContentType_SameBody(string server)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.WrongContentType());

        Assert.Equal("text/plain", run.ContentType);
        Assert.Equal(normal.Text, run.Text);
    }

    [Fact]
    public async Task RefusesStream_400OnlyForStreams()
    {
        FaultRun streamed = await FaultRun.RunAsync(OpenAI, ServerFault.RefusesStream());
        FaultRun whole = await FaultRun.RunAsync(OpenAI, ServerFault.RefusesStream(), stream: false);

        Assert.Equal(400, streamed.Status);
        Assert.Contains("\"param\":\"stream\",\"code\":\"unsupported_value\"", streamed.Text, StringComparison.Ordinal);
        Assert.Equal(200, whole.Status);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task IgnoresStream_TheBodyOfTheNonStreamedAnswer(string server)
    {
        FaultRun whole = await FaultRun.RunAsync(server, stream: false);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.IgnoresStream());

        Assert.Equal(whole.Text, run.Text);
        Assert.Equal(whole.ContentType, run.ContentType);
    }

    [Theory]
    [InlineData(Ollama, ConnectionCut.Close, HttpRequestError.ResponseEnded)]
    [InlineData(OpenAI, ConnectionCut.Close, HttpRequestError.ResponseEnded)]
    [InlineData(OpenAI, ConnectionCut.Reset, HttpRequestError.Unknown)]
    public async Task DeadConnection_NotOneByte_ThenServesAgain(string serverName, ConnectionCut cut, HttpRequestError expected)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        server.Enqueue(ServerFault.DeadConnection(cut));
        using var client = new ServerClient(server);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request()));
        using HttpResponseMessage second = await client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request());

        Assert.Equal(expected, error.HttpRequestError);
        Assert.Equal(200, (int)second.StatusCode);
        Assert.Equal(2, server.ConnectionCount);
        Assert.Equal(0, server.PendingFaults);
    }

    [Fact]
    public void DeadConnection_EndOfBody_Throws() => Assert.Throws<ArgumentException>(() => ServerFault.DeadConnection(ConnectionCut.EndOfBody));

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task SilentBeforeHeaders_PendsUntilTheClientGivesUp(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        server.Enqueue(ServerFault.SilentBeforeHeaders());
        using var client = new ServerClient(server);
        using var cancel = new CancellationTokenSource();

        Task<HttpResponseMessage> opening = client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request(), cancel.Token);
        EmulatedRequest request = await server.WaitForRequestAsync(cancellationToken: Token).Within();
        bool answeredBefore = opening.IsCompleted;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.Within());
        await request.Aborted.Within();
        Assert.False(answeredBefore);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Silence_AfterChunks_PendsUntilTheClientCloses(string serverName)
    {
        string[] normal = FaultRun.Frames(serverName, (await FaultRun.RunAsync(serverName)).Text);
        string expected = string.Concat(normal.Take(serverName == Ollama ? 2 : 3));
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        server.Enqueue(ServerFault.Silence(2));
        using var client = new ServerClient(server);

        HttpResponseMessage response = await client.OpenAsync(FaultRun.PathOf(serverName), FaultRun.Request());
        Stream stream = await response.Content.ReadAsStreamAsync(Token);
        byte[] first = new byte[expected.Length];
        await stream.ReadExactlyAsync(first, Token);
        Task<int> next = stream.ReadAsync(new byte[1], Token).AsTask();
        bool answered = server.Requests[0].Answered.IsCompleted || next.IsCompleted;
        response.Dispose();

        await server.Requests[0].Aborted.Within();
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(first));
        Assert.False(answered);
        await Assert.ThrowsAnyAsync<Exception>(() => next.Within());
    }

    [Fact]
    public async Task Enqueue_EventFaultOnOllama_ThrowsAndTakesNone()
    {
        await using EmulatedServer server = await FaultRun.StartAsync(Ollama);
        ServerFault[] faults =
        [
            ServerFault.EventError(1), ServerFault.ErrorField(1), ServerFault.ErrorObject(1), ServerFault.Comments(),
            ServerFault.UnknownEvents(), ServerFault.UsageOnEveryChunk(), ServerFault.RoutedError(1), ServerFault.CallsAtIndexZero(), ServerFault.LegacyFunctionCall(), ServerFault.RefusesStream(), ServerFault.EmptyBody().And(ServerFault.Comments()),
        ];

        Assert.All(faults, fault => Assert.Throws<NotSupportedException>(() => server.Enqueue(ServerFault.EmptyBody(), fault)));
        Assert.Equal(0, server.PendingFaults);
    }

    [Fact]
    public async Task Enqueue_ChatFaultOnAnotherProtocolOfEvents_ThrowsAndTakesNone()
    {
        await using EmulatedServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);
        ServerFault[] faults = [ServerFault.UsageOnEveryChunk(), ServerFault.RoutedError(1), ServerFault.CallsAtIndexZero(), ServerFault.Comments().And(ServerFault.RoutedError(1))];

        Assert.All(faults, fault => Assert.Throws<NotSupportedException>(() => server.Enqueue(ServerFault.EmptyBody(), fault)));
        Assert.Equal(0, server.PendingFaults);
    }

    [Fact]
    public async Task Enqueue_LineFaultOnOpenAI_ThrowsAndTakesNone()
    {
        await using EmulatedServer server = await FaultRun.StartAsync(OpenAI);
        ServerFault[] faults = [ServerFault.CloudLimit(1), ServerFault.CloudSignIn(1), ServerFault.BlankLines().And(ServerFault.CloudLimit(1))];

        Assert.All(faults, fault => Assert.Throws<NotSupportedException>(() => server.Enqueue(ServerFault.EmptyBody(), fault)));
        Assert.Equal(0, server.PendingFaults);
    }

    [Fact]
    public async Task Enqueue_SeveralFaults_OnePerAnswerInOrder()
    {
        await using EmulatedServer server = await FaultRun.StartAsync(Ollama);
        server.Enqueue(ServerFault.Status(500), ServerFault.Status(503));
        using var client = new ServerClient(server);

        string version = await client.Http.GetStringAsync("/api/version", Token);
        int[] statuses = new int[3];
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.OpenAsync("/api/chat", FaultRun.Request());
            statuses[i] = (int)response.StatusCode;
        }

        Assert.Contains("version", version, StringComparison.Ordinal);
        Assert.Equal([500, 503, 200], statuses);
    }
}
