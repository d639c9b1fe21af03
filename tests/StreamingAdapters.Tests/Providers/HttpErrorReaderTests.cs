using System.Net;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers;

public sealed class HttpErrorReaderTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task ReadAsync_ErrorBodyByteByByte_GivesKindHintAndText()
    {
        ScriptedHttpResponse script = ScriptedHttpResponse.Status(429, "application/json").Header("retry-after-ms", "1500")
            .Text("""{"error":{"message":"Slow down, key sk-abcdefgh","type":"requests","code":"rate_limit_exceeded"}}""").SplitEveryByte();

        ChatProviderException exception = await ReadAsync(script);

        Assert.Equal((ChatErrorKind.RateLimited, 429, "rate_limit_exceeded"), (exception.Kind, exception.StatusCode, exception.ErrorCode));
        Assert.Equal(TimeSpan.FromSeconds(1.5), exception.RetryAfter);
        Assert.Equal("Slow down, key ***", exception.ProviderMessage);
        Assert.True(exception.IsTransient);
    }

    [Theory]
    [InlineData(503, ChatErrorKind.Overloaded)]
    [InlineData(401, ChatErrorKind.Authentication)]
    public async Task ReadAsync_EmptyBody_GivesKindOfStatus(int status, ChatErrorKind kind)
    {
        ChatProviderException exception = await ReadAsync(ScriptedHttpResponse.Status(status));

        Assert.Equal((kind, status, null), (exception.Kind, exception.StatusCode, exception.ProviderMessage));
    }

    [Fact]
    public async Task ReadAsync_HttpDate_IsReadAgainstTheGivenClock()
    {
        ScriptedHttpResponse script = ScriptedHttpResponse.Status(503).Header("Retry-After", _clock.GetUtcNow().AddSeconds(90).ToString("R"));

        Assert.Equal(TimeSpan.FromSeconds(90), (await ReadAsync(script)).RetryAfter);
    }

    [Fact]
    public async Task ReadAsync_SuccessWithErrorBody_TakesTheBodysStatus()
    {
        ChatProviderException known = await ReadAsync(ScriptedHttpResponse.Ok("application/json").Text("""{"error":{"message":"x","code":503}}"""));
        ChatProviderException unknown = await ReadAsync(ScriptedHttpResponse.Ok("application/json").Text("""{"error":"x"}"""));

        Assert.Equal((ChatErrorKind.Overloaded, 503), (known.Kind, known.StatusCode));
        Assert.Equal((ChatErrorKind.ServerError, null), (unknown.Kind, unknown.StatusCode));
    }

    [Fact]
    public async Task ReadAsync_BodyNamesAnotherStatus_KeepsHttpStatusAndBodysKind()
    {
        ChatProviderException exception = await ReadAsync(ScriptedHttpResponse.Status(503).Text("""[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]"""));

        Assert.Equal((ChatErrorKind.RateLimited, 503), (exception.Kind, exception.StatusCode));
    }

    [Fact]
    public async Task ReadAsync_HugeBody_ReadsNoMoreThan64KB()
    {
        var handler = new ScriptedHttpHandler(_clock, ScriptedHttpResponse.Status(422, "application/json")
            .Text("""{"detail":[{"loc":["body"],"msg":"Wrong.","input":" """).Text(new string('x', 1024 * 1024)).SplitBySizes(4096).EndsInSilence());

        ChatProviderException exception = await ReadAsync(handler, new ErrorContext("p"));

        Assert.Equal(ChatErrorKind.InvalidRequest, exception.Kind);
        Assert.Equal("body: Wrong.", exception.ProviderMessage);
        Assert.InRange(handler.Exchanges[0].BytesRead, HttpErrorReader.MaxBodyBytes - 4096, HttpErrorReader.MaxBodyBytes + 4096);
    }

    [Fact]
    public async Task ReadAsync_HugePage_GivesItsTitle()
    {
        ScriptedHttpResponse script = ScriptedHttpResponse.Status(502, "text/html").Text("<html><title>Bad gateway</title>").Text(new string('x', 1024 * 1024));

        ChatProviderException exception = await ReadAsync(script);

        Assert.Equal((ChatErrorKind.ServerError, "Bad gateway"), (exception.Kind, exception.ProviderMessage));
    }

    public static TheoryData<string> BrokenEnds => ["premature", "reset"];

    [Theory]
    [MemberData(nameof(BrokenEnds))]
    public async Task ReadAsync_BodyBreaks_GivesWhatCame(string end)
    {
        ScriptedHttpResponse script = ScriptedHttpResponse.Status(404).Text("""{"error":{"code":"model_not_found","message":"gone","other":"cut""");

        ChatProviderException exception = await ReadAsync(end is "reset" ? script.EndsByReset() : script.EndsPrematurely());

        Assert.Equal((ChatErrorKind.ModelNotFound, "model_not_found", "gone"), (exception.Kind, exception.ErrorCode, exception.ProviderMessage));
    }

    [Fact]
    public async Task ReadAsync_BodyHangs_GivesTheStatusAfterTenSeconds()
    {
        var handler = new ScriptedHttpHandler(_clock, ScriptedHttpResponse.Status(500).Text("partial").EndsInSilence());

        Task<ChatProviderException> reading = ReadAsync(handler, new ErrorContext("p"));
        await (await handler.WaitForRequestAsync(0, TestContext.Current.CancellationToken)).ReadPending.WaitAsync(Safety);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(reading.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        ChatProviderException exception = await reading.WaitAsync(Safety);
        Assert.Equal((ChatErrorKind.ServerError, "partial"), (exception.Kind, exception.ProviderMessage));
    }

    [Fact]
    public async Task ReadAsync_CancelledWhileTheBodyHangs_IsTheCallersCancellation()
    {
        var handler = new ScriptedHttpHandler(_clock, ScriptedHttpResponse.Status(500).EndsInSilence());
        using var cancellation = new CancellationTokenSource();

        Task<ChatProviderException> reading = ReadAsync(handler, new ErrorContext("p"), cancellation.Token);
        await (await handler.WaitForRequestAsync(0, TestContext.Current.CancellationToken)).ReadPending.WaitAsync(Safety);
        await cancellation.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Safety));
        Assert.IsNotType<ChatAdapterException>(exception, exactMatch: false);
    }

    [Fact]
    public async Task ReadAsync_CancelledWhenTheBodyBroke_IsTheCallersCancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        using var response = new HttpResponseMessage(HttpStatusCode.InternalServerError);

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HttpErrorReader.ReadAsync(response, new ErrorContext("p"), _clock, cancellation.Token));

        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task ReadAsync_EchoedPrompt_GivesNeitherKindNorHint()
    {
        const string Prompt = "what is 'rate limit, try again in 3h' or 'prompt is too long'?";
        ScriptedHttpResponse script = ScriptedHttpResponse.Status(400).Header("x-request-id", "1").Text($$"""{"error":"Cannot read: {{Prompt}}"}""");

        ChatProviderException exception = await ReadAsync(new ScriptedHttpHandler(script), new ErrorContext("p", PromptTexts: [Prompt]));

        Assert.Equal((ChatErrorKind.InvalidRequest, null), (exception.Kind, exception.RetryAfter));
        Assert.Contains(Prompt, exception.ProviderMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("try again", exception.ToString(), StringComparison.Ordinal);
    }

    private Task<ChatProviderException> ReadAsync(ScriptedHttpResponse script) => ReadAsync(new ScriptedHttpHandler(_clock, script), new ErrorContext("p"));

    private async Task<ChatProviderException> ReadAsync(ScriptedHttpHandler handler, ErrorContext context, CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/v1/chat/completions");
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        return await HttpErrorReader.ReadAsync(response, context, _clock, cancellationToken);
    }
}
