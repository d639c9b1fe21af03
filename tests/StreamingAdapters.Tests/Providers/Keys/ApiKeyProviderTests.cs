using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Providers.Keys;

/// <summary>Keys of a provider, over the clients: which is sent, when another is tried, and what is told of them.</summary>
public sealed class ApiKeyProviderTests
{
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<string, string, string> Headers => new()
    {
        { "openai", "Authorization", "Bearer " },
        { "azure", "api-key", "" },
        { "openai-responses", "Authorization", "Bearer " },
        { "anthropic", "x-api-key", "" },
        { "gemini", "x-goog-api-key", "" },
        { "ollama", "Authorization", "Bearer " },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Ask_KeyIsRefused_SendsTheSameBytesWithTheNext(string provider, string header, string prefix)
    {
        var handler = new ScriptedHttpHandler(_time, Refusal(401), Refusal(429), Refusal(503));
        using IChatClient client = Create(provider, handler, Rotating("key-1", "key-2", "key-3", "key-4"));

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.Overloaded, failure.Kind);
        Assert.Equal([$"{prefix}key-1", $"{prefix}key-2", $"{prefix}key-3"], handler.Exchanges.Select(exchange => exchange.Headers[header]));
        Assert.All(handler.Exchanges, exchange => Assert.True(exchange.Body.Span.SequenceEqual(handler.Exchanges[0].Body.Span)));
        Assert.All(handler.Exchanges, exchange => Assert.True(exchange.IsDisposed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_NextKeyIsTaken_AnswersAsIfNothingHadBeen(bool streaming)
    {
        var handler = new ScriptedHttpHandler(_time, Refusal(429), Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done));
        using IChatClient client = Create("ollama", handler, Rotating("key-1", "key-2"));

        ChatResponse first = await client.AskAsync(streaming);
        ChatResponse second = await client.AskAsync(streaming);

        Assert.Equal(("Hello", "Hello"), (first.Text, second.Text));
        Assert.Equal(["Bearer key-1", "Bearer key-2", "Bearer key-2"], handler.Exchanges.Select(exchange => exchange.Headers["Authorization"]));
    }

    [Fact]
    public async Task Ask_EveryKeyIsRefused_ThrowsTheLastRefusalAfterEachWasTriedOnce()
    {
        var handler = new ScriptedHttpHandler(_time, Refusal(401), Refusal(429));
        using IChatClient client = Create("openai", handler, Rotating("key-1", "key-2", "key-3"));

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.RateLimited, failure.Kind);
        Assert.Equal(3, handler.Exchanges.Count);
    }

    [Fact]
    public async Task Ask_RefusedInsideTheStream_IsToldAndTheNextCallHasAnotherKey()
    {
        const string Error = "data: {\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}\n\n";
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.Ok("text/event-stream").Text(Error));
        using IChatClient client = Create("openai", handler, Rotating("key-1", "key-2", "key-3"));

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
        Assert.Single(handler.Exchanges);
        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));
        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(["Bearer key-1", "Bearer key-2", "Bearer key-3", "Bearer key-1"], handler.Exchanges.Select(exchange => exchange.Headers["Authorization"]));
    }

    [Fact]
    public async Task Ask_TokenExpired_TakesTheRenewedOne()
    {
        var keys = new ScriptedKeys(asked => asked == 0 ? "old" : "new", hasAnother: true);
        var handler = new ScriptedHttpHandler(_time, Refusal(401), Ok().Text(OllamaLines.Hello).Text(OllamaLines.Done));
        using IChatClient client = Create("ollama", handler, keys);

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("Hello", response.Text);
        Assert.Equal(("old", ChatErrorKind.Authentication), Assert.Single(keys.Reports));
        Assert.Equal(["Bearer old", "Bearer new"], handler.Exchanges.Select(exchange => exchange.Headers["Authorization"]));
    }

    [Fact]
    public async Task Ask_ProviderAlwaysPromisesAnotherKey_EndsAllTheSame()
    {
        var keys = new ScriptedKeys(asked => $"key-{asked}", hasAnother: true);
        var handler = new ScriptedHttpHandler(_time, Refusal(401));
        using IChatClient client = Create("ollama", handler, keys);

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal((ChatErrorKind.Authentication, 32), (failure.Kind, handler.Exchanges.Count));
    }

    /// <summary>A rotation whose first key is free again at once, while other requests take the next ones; and a provider that has no other key although it says so.</summary>
    [Theory]
    [InlineData("a,a,b,a,b,c", "a,b,c")]
    [InlineData("a,a,a,b", "a")]
    public async Task Ask_KeyIsGivenAgain_TriesTheOthersOnce(string given, string sent)
    {
        string[] order = given.Split(',');
        var keys = new ScriptedKeys(asked => order[Math.Min(asked, order.Length - 1)], hasAnother: true);
        var handler = new ScriptedHttpHandler(_time, Refusal(429));
        using IChatClient client = Create("ollama", handler, keys);

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.RateLimited, failure.Kind);
        Assert.Equal(sent.Split(',').Select(key => $"Bearer {key}"), handler.Exchanges.Select(exchange => exchange.Headers["Authorization"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Ask_NoKey_SendsNoneAndReportsNothing(string? none)
    {
        var keys = new ScriptedKeys(_ => none);
        var handler = new ScriptedHttpHandler(_time, Refusal(401));
        using IChatClient client = Create("openai", handler, keys);

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.False(Assert.Single(handler.Exchanges).Headers.ContainsKey("Authorization"));
        Assert.Empty(keys.Reports);
    }

    [Fact]
    public async Task Ask_ProviderFails_ItsOwnExceptionPasses()
    {
        var keys = new ScriptedKeys(_ => throw new TimeZoneNotFoundException());
        using IChatClient client = Create("openai", new ScriptedHttpHandler(_time, Refusal(401)), keys);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => client.AskAsync(streaming: true));
    }

    [Fact]
    public async Task Ask_ProviderFailsForTheOtherKey_TheRefusalIsThrown()
    {
        var keys = new ScriptedKeys(asked => asked == 0 ? "key" : throw new TimeZoneNotFoundException(), hasAnother: true);
        using IChatClient client = Create("openai", new ScriptedHttpHandler(_time, Refusal(401)), keys);

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming: true));

        Assert.Equal(ChatErrorKind.Authentication, failure.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Ask_ProviderHangsAndIgnoresItsToken_CancellationEndsTheCall(int hangsAt)
    {
        var keys = new ScriptedKeys(_ => "key", hasAnother: true, hangsAt);
        using IChatClient client = Create("ollama", new ScriptedHttpHandler(_time, Refusal(401)), keys);
        using var cancelling = new CancellationTokenSource();

        Task call = client.GetResponseAsync("hi", cancellationToken: cancelling.Token);
        await keys.Hangs.WaitAsync(Token);
        await cancelling.CancelAsync();

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancelling.Token, failure.CancellationToken);
    }

    [Fact]
    public async Task Check_ProviderHangsAndIgnoresItsToken_EndsWithinItsLimit()
    {
        var keys = new ScriptedKeys(_ => "key", hangsAt: 0);
        using IChatClient client = Create("ollama", new ScriptedHttpHandler(_time, Refusal(401)), keys);

        Task<ProviderHealth> check = client.GetRequiredService<IProviderHealth>().CheckAsync(cancellationToken: Token);
        await keys.Hangs.WaitAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.IsType<ChatTimeoutException>((await check).Failure);
    }

    [Fact]
    public async Task Ask_KeyThatNoHeaderCarries_FailsWithoutTellingIt()
    {
        var keys = new ScriptedKeys(_ => "sk-secret\nx");
        var handler = new ScriptedHttpHandler(_time, Refusal(401));
        using IChatClient client = Create("openai", handler, keys);

        var failure = await Assert.ThrowsAsync<ChatValidationException>(() => client.AskAsync(streaming: true));

        Assert.DoesNotContain("sk-secret", $"{failure}", StringComparison.Ordinal);
        Assert.Empty(handler.Exchanges);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Create_KeyAndProviderOfKeys_AreTooMany(string provider, string header, string prefix)
    {
        _ = (header, prefix);

        var failure = Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create(
            provider, new ChatProviderOptions { Endpoint = new Uri("http://localhost:1"), ApiKey = "key", ApiKeyProvider = Rotating("other") }));

        Assert.Equal(["ChatProviderOptions.ApiKey and ChatProviderOptions.ApiKeyProvider are both set; keep one of them."], failure.Failures);
    }

    private static ScriptedHttpResponse Ok() => ScriptedHttpResponse.Ok("application/x-ndjson");

    private static ScriptedHttpResponse Refusal(int status) => ScriptedHttpResponse.Status(status, "application/json").Text("""{"error":{"message":"no"}}""");

    private IChatClient Create(string provider, ScriptedHttpHandler handler, IApiKeyProvider keys) => ChatProviderFactory.Create(
        provider, new ChatProviderOptions { Endpoint = new Uri("http://localhost:1"), Model = "m", ApiKeyProvider = keys, TimeProvider = _time }, new HttpClient(handler));

    private RotatingApiKeyProvider Rotating(params string[] keys) => new(keys, new ApiKeyRotationOptions { TimeProvider = _time });
}
