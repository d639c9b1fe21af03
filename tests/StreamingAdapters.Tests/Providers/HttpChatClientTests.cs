using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers;

/// <summary>What every provider inherits: requests, retries, failures, cancellation, and how a body is left.</summary>
public sealed class HttpChatClientTests
{
    private static readonly ChatMessage[] Prompt = [new(ChatRole.User, "a secret prompt")];

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task GetStreamingResponseAsync_WholeAnswer_DrainsAndDisposesBody()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done));

        List<ChatResponseUpdate> updates = await CollectAsync(Client(handler));

        Assert.Equal("Hello", string.Concat(updates.Select(update => update.Text)));
        Assert.True(handler.Exchanges[0].IsDisposed);
        Assert.False(handler.Exchanges[0].IsReadCancelled);
    }

    [Theory]
    [InlineData("a\nX-Other: 1")]
    [InlineData("a\rb")]
    [InlineData("ä")]
    public async Task GetStreamingResponseAsync_HeaderOfACallThatNoneCanCarry_IsNotSent(string beta)
    {
        var handler = new ScriptedHttpHandler(_time, Ok());
        using var client = new AnthropicChatClient(new AnthropicOptions { ApiKey = "k", Model = "m" }, new HttpClient(handler));

        await Assert.ThrowsAsync<ChatValidationException>(() => client.GetResponseAsync(Prompt, new ChatOptions { AdditionalProperties = new() { ["betas"] = beta } }));

        Assert.Empty(handler.Exchanges);
        Assert.Throws<ChatValidationException>(() => new AnthropicChatClient(new AnthropicOptions { ApiKey = "k", Betas = [beta] }));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_BodyStaysOpenAfterTerminalSignal_EndsAfter100Milliseconds()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done).EndsInSilence());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Client(handler).GetStreamingResponseAsync(Prompt).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        await updates.MoveNextAsync();

        ValueTask<bool> end = updates.MoveNextAsync();
        await handler.Exchanges[0].ReadPending;
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(end.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await end);
        Assert.True(handler.Exchanges[0].IsReadCancelled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposeAsync_BeforeTheEnd_CancelsAReadAndDisposesBody(bool isSilent)
    {
        ScriptedHttpResponse response = Ok().Text(OllamaLines.Hello);
        var handler = new ScriptedHttpHandler(_time, isSilent ? response.EndsInSilence() : response.Text(OllamaLines.World).EndsInSilence());

        await foreach (ChatResponseUpdate update in Client(handler).GetStreamingResponseAsync(Prompt))
        {
            Assert.Equal("Hello", update.Text);
            break;
        }

        Assert.True(handler.Exchanges[0].IsReadCancelled);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Fact]
    public async Task SendAsync_ConnectionDiesBeforeHeaders_SendsTheSameBytesOnceMore()
    {
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.ResponseEnded), Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done));

        ChatResponse response = await Client(handler).GetResponseAsync(Prompt);

        Assert.Equal("Hello", response.Text);
        Assert.Equal(2, handler.Exchanges.Count);
        Assert.Equal(handler.Exchanges[0].Body.ToArray(), handler.Exchanges[1].Body.ToArray());
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task SendAsync_ConnectionDiesAgain_FailsWithNetwork(bool retry, int expectedRequests)
    {
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.ResponseEnded));

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => Client(handler, options => options.RetryDeadConnection = retry).GetResponseAsync(Prompt));

        Assert.Equal(ChatErrorKind.Network, exception.Kind);
        Assert.Equal(expectedRequests, handler.Exchanges.Count);
    }

    [Fact]
    public async Task SendAsync_ConnectionRefused_FailsWithoutRetry()
    {
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.ConnectionError));

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => Client(handler).GetResponseAsync(Prompt));

        Assert.Equal(ChatErrorKind.Network, exception.Kind);
        Assert.Single(handler.Exchanges);
    }

    [Fact]
    public async Task SendAsync_CallersHttpClientTimesOut_IsATimeoutAndNoCancellation()
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.NeverAnswers());
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromMilliseconds(20) };

        var exception = await Assert.ThrowsAsync<ChatTimeoutException>(() => new OllamaChatClient(Options(), http).GetResponseAsync(Prompt));

        Assert.Equal(ChatTimeoutPhase.Headers, exception.Phase);
        Assert.Equal(http.Timeout, exception.Limit);
        Assert.Equal(ChatErrorKind.HeadersTimeout, exception.Kind);
        Assert.Equal("ollama", exception.Provider);
    }

    [Fact]
    public async Task SendAsync_Headers_CarryKeyAndCallersOwn()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Done));

        await Client(handler, options =>
        {
            options.ApiKey = " key-1 ";
            options.Headers["X-Title"] = "test";
            options.Headers["Accept"] = "application/json";
        }).GetResponseAsync(Prompt);

        IReadOnlyDictionary<string, string> headers = handler.Exchanges[0].Headers;
        Assert.Equal("Bearer key-1", headers["Authorization"]);
        Assert.Equal("test", headers["X-Title"]);
        Assert.Equal("application/json", headers["Accept"]);
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.Equal(new Uri("http://localhost:11434/api/chat"), handler.Exchanges[0].Uri);
    }

    [Fact]
    public async Task GetResponseAsync_HtmlPage_SaysThatTheAddressIsWrong()
    {
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.Ok("text/html").Text("<html><title>Welcome</title></html>"));

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => Client(handler).GetResponseAsync(Prompt));

        Assert.Equal(ChatErrorKind.MalformedStream, exception.Kind);
        Assert.Contains("Endpoint", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponseAsync_ErrorStatus_IsTypedAndQuotesNothing()
    {
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.Status(429, "application/json").Header("Retry-After", "7").Text("""{"error":"slow down, key-1: a secret prompt"}"""));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => Client(handler, options => options.ApiKey = "key-1").GetResponseAsync(Prompt));

        Assert.Equal(ChatErrorKind.RateLimited, exception.Kind);
        Assert.Equal(429, exception.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), exception.RetryAfter);
        Assert.Equal("slow down, ***: a secret prompt", exception.ProviderMessage);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("key-1", exception.ToString(), StringComparison.Ordinal);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Fact]
    public async Task MoveNextAsync_ConnectionBreaks_DeliversWhatCameThenFails()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello).EndsByReset());
        List<ChatResponseUpdate> updates = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in Client(handler).GetStreamingResponseAsync(Prompt))
            {
                updates.Add(update);
            }
        });

        Assert.Equal(ChatErrorKind.Truncated, exception.Kind);
        Assert.NotNull(exception.InnerException);
        Assert.Equal("Hello", Assert.Single(updates).Text);
    }

    [Fact]
    public async Task MoveNextAsync_OversizeFrame_DeliversWhatCameThenFails()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Hello).Text("{\"model\":\"" + new string('x', 100_000)).EndsInSilence());
        List<ChatResponseUpdate> updates = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in Client(handler, options => options.MaxFrameBytes = 50_000).GetStreamingResponseAsync(Prompt))
            {
                updates.Add(update);
            }
        });

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, exception.Kind);
        Assert.Single(updates);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_SequenceThatCannotBeRepeated_IsReadOnce()
    {
        int reads = 0;
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.Status(400, "application/json").Text("""{"error":"wrong"}"""));

        await Assert.ThrowsAsync<ChatProviderException>(() => Client(handler).GetResponseAsync(Messages()));

        Assert.Equal(1, reads);

        IEnumerable<ChatMessage> Messages()
        {
            reads++;
            yield return Prompt[0];
        }
    }

    [Fact]
    public async Task Dispose_InjectedHttpClient_IsLeftAlone()
    {
        var handler = new ScriptedHttpHandler(_time, Ok().Text(OllamaLines.Done));
        using var http = new HttpClient(handler);
        var client = new OllamaChatClient(Options(), http);

        client.Dispose();

        Assert.False(handler.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => client.GetStreamingResponseAsync(Prompt));
        Assert.Equal("Hello", (await new OllamaChatClient(Options(), new HttpClient(new ScriptedHttpHandler(Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done)))).GetResponseAsync(Prompt)).Text);
    }

    private static ScriptedHttpResponse Ok() => ScriptedHttpResponse.Ok("application/x-ndjson");

    private OllamaOptions Options() => new() { Model = "m", TimeProvider = _time };

    private OllamaChatClient Client(ScriptedHttpHandler handler, Action<OllamaOptions>? configure = null)
    {
        OllamaOptions options = Options();
        configure?.Invoke(options);
        return new OllamaChatClient(options, new HttpClient(handler));
    }

    private static async Task<List<ChatResponseUpdate>> CollectAsync(OllamaChatClient client)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Prompt))
        {
            updates.Add(update);
        }

        return updates;
    }
}
