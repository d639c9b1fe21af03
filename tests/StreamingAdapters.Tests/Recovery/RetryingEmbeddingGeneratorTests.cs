using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Retries of embeddings: the rules of recovery, for each batch.</summary>
public sealed class RetryingEmbeddingGeneratorTests
{
    private const string Answer = """{"embeddings":[[1,2],[3,4]],"prompt_eval_count":3}""";

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_SecondBatchFailsTwice_AsksForThatBatchAlone()
    {
        var handler = new ScriptedHttpHandler(_time, Ok(), Status(503), ScriptedHttpResponse.Ok("application/json").Text("{").EndsPrematurely(), Ok());
        using RetryingEmbeddingGenerator generator = Create(handler);

        GeneratedEmbeddings<Embedding<float>> embeddings = await RunAsync(generator, ["a", "b", "c", "d"]);

        Assert.Equal([1f, 3f, 1f, 3f], embeddings.Select(embedding => embedding.Vector.Span[0]));
        Assert.Equal(6, embeddings.Usage!.InputTokenCount);
        Assert.Equal(4, handler.Exchanges.Count);
        Assert.All(handler.Exchanges.Skip(1), exchange => Assert.True(exchange.Body.Span.SequenceEqual(handler.Exchanges[1].Body.Span)));
    }

    [Fact]
    public async Task GenerateAsync_Hint_IsWaitedFor()
    {
        var handler = new ScriptedHttpHandler(_time, Status(429).Header("Retry-After", "7"), Ok());
        using RetryingEmbeddingGenerator generator = Create(handler);

        Task<GeneratedEmbeddings<Embedding<float>>> call = Task.Run(() => generator.GenerateAsync(["a", "b"], cancellationToken: Token), Token);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromMilliseconds(6999));
        Assert.Single(handler.Exchanges);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, (await call).Count);
    }

    [Theory]
    [InlineData(400, ChatErrorKind.InvalidRequest, 1)]
    [InlineData(401, ChatErrorKind.Authentication, 1)]
    [InlineData(503, ChatErrorKind.Overloaded, 4)]
    [InlineData(500, ChatErrorKind.ServerError, 3)]
    public async Task GenerateAsync_GoesOnFailing_EndsByTheKindsRule(int status, ChatErrorKind kind, int requests)
    {
        var handler = new ScriptedHttpHandler(_time, Status(status));
        using RetryingEmbeddingGenerator generator = Create(handler);

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => RunAsync(generator, ["a", "b"]));

        Assert.Equal((kind, requests), (failure.Kind, handler.Exchanges.Count));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task GenerateAsync_TokensOrBudgetSpent_IsNotRepeated()
    {
        var handler = new ScriptedHttpHandler(_time, Status(503), Status(429).Header("Retry-After", "7"));
        using RetryingEmbeddingGenerator noTokens = Create(handler, options => options.RetryTokens = 0);
        using RetryingEmbeddingGenerator noTime = Create(handler, options => options.Budget = TimeSpan.FromSeconds(6));

        await Assert.ThrowsAsync<ChatProviderException>(() => RunAsync(noTokens, ["a", "b"]));
        await Assert.ThrowsAsync<ChatProviderException>(() => RunAsync(noTime, ["a", "b"]));

        Assert.Equal(2, handler.Exchanges.Count);
    }

    [Fact]
    public async Task GenerateAsync_CancelledWhileItWaits_IsTheCallersCancellation()
    {
        using RetryingEmbeddingGenerator generator = Create(new ScriptedHttpHandler(_time, Status(503)));
        using var cancelling = new CancellationTokenSource();

        Task call = Task.Run(() => generator.GenerateAsync(["a", "b"], cancellationToken: cancelling.Token), Token);
        await _time.WaitForTimersAsync(1, Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task GenerateAsync_ForeignGenerator_FailsWithTheFamilyAndPassesWhatIsNotItsOwn()
    {
        using var transport = new RetryingEmbeddingGenerator(new ThrowingGenerator(new HttpRequestException(HttpRequestError.NameResolutionError)), timeProvider: _time);
        using var mistake = new RetryingEmbeddingGenerator(new ThrowingGenerator(new TimeZoneNotFoundException()), timeProvider: _time);

        Assert.Equal(ChatErrorKind.Network, (await Assert.ThrowsAnyAsync<ChatAdapterException>(() => RunAsync(transport, ["a"]))).Kind);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => RunAsync(mistake, ["a"]));
    }

    private static ScriptedHttpResponse Ok() => ScriptedHttpResponse.Ok("application/json").Text(Answer);

    private static ScriptedHttpResponse Status(int status) => ScriptedHttpResponse.Status(status);

    private async Task<GeneratedEmbeddings<Embedding<float>>> RunAsync(RetryingEmbeddingGenerator generator, string[] texts)
    {
        Task<GeneratedEmbeddings<Embedding<float>>> call = Task.Run(() => generator.GenerateAsync(texts, cancellationToken: Token), Token);
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, _time.WaitForTimersAsync(1, Token));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        return await call;
    }

    private RetryingEmbeddingGenerator Create(ScriptedHttpHandler handler, Action<StreamingRecoveryOptions>? configure = null)
    {
        var options = new StreamingRecoveryOptions { Budget = null };
        configure?.Invoke(options);
        var inner = new OllamaEmbeddingGenerator(new OllamaOptions { Model = "m", TimeProvider = _time }, new HttpClient(handler)) { BatchSize = 2 };
        return new RetryingEmbeddingGenerator(inner, options, _time);
    }

    private sealed class ThrowingGenerator(Exception exception) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromException<GeneratedEmbeddings<Embedding<float>>>(exception);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
