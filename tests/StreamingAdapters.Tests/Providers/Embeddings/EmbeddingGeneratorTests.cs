using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.Embeddings;

/// <summary>What every generator of embeddings does, over its emulated server and over scripted answers.</summary>
public sealed class EmbeddingGeneratorTests
{
    private static readonly Dictionary<string, (string Path, string Answer)> Wires = new(StringComparer.Ordinal)
    {
        ["ollama"] = ("/api/embed", """{"model":"m","embeddings":VECTORS,"prompt_eval_count":3}"""),
        ["openai-compatible"] = ("/v1/embeddings", """{"object":"list","data":VECTORS,"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"""),
        ["gemini"] = ("/v1beta/models/emulated:batchEmbedContents", """{"embeddings":VECTORS}"""),
    };

    public static TheoryData<string> Providers => [.. Wires.Keys];

    public static MatrixTheoryData<string, string> BadAnswers => new(
        Wires.Keys,
        ["[]", "[[1,2]]", "[[1,2],[3,4],[5,6]]", "[[1,2],[]]", "[[1,2],[\"a\",4]]", "[[1,2],\"x\"]", "[[1,2],5]", "[[1,2],null]", "{}"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_MoreTextsThanABatch_KeepsTheirOrder(string provider)
    {
        await using EmulatedServer server = await StartAsync(provider, new EmulatedServerOptions());
        string[] texts = [.. Enumerable.Range(0, 7).Select(index => $"text number {index} in Zürich 🏔")];
        using HttpEmbeddingGenerator all = Create(provider, server);
        using HttpEmbeddingGenerator small = Small(provider, server, 3);

        GeneratedEmbeddings<Embedding<float>> atOnce = await all.GenerateAsync(texts, cancellationToken: Token);
        GeneratedEmbeddings<Embedding<float>> inBatches = await small.GenerateAsync(texts, cancellationToken: Token);

        Assert.Equal([7, 3, 3, 1], server.Requests.Select(CountOf));
        Assert.Equal(7, atOnce.Count);
        Assert.Equal(atOnce.Select(Numbers), inBatches.Select(Numbers));
        Assert.Equal(7, atOnce.Select(embedding => string.Join(' ', embedding.Vector.ToArray())).Distinct(StringComparer.Ordinal).Count());
        Assert.All(atOnce, embedding => Assert.Equal((8, "emulated"), (embedding.Dimensions, embedding.ModelId)));
        Assert.All(atOnce, embedding => Assert.Equal(1, embedding.Vector.ToArray().Sum(number => number * number), 4));
        Assert.Equal(provider == "gemini" ? null : 42, atOnce.Usage?.InputTokenCount);
        Assert.Equal(atOnce.Usage?.TotalTokenCount, inBatches.Usage?.TotalTokenCount);
        Assert.Equal(Wires[provider].Path, server.Requests[0].Path);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_DimensionsAndModel_AreAskedFor(string provider)
    {
        await using EmulatedServer server = await StartAsync(provider, new EmulatedServerOptions { Models = ["emulated", "other"] });
        using HttpEmbeddingGenerator generator = Create(provider, server);
        var options = new EmbeddingGenerationOptions { ModelId = "other", Dimensions = 3 };

        Embedding<float> embedding = await generator.GenerateAsync("hello", options, Token);
        Embedding<float> usual = await generator.GenerateAsync("hello", cancellationToken: Token);

        Assert.Equal((3, "other"), (embedding.Dimensions, embedding.ModelId));
        Assert.Equal((8, "emulated"), (usual.Dimensions, usual.ModelId));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_NoText_AsksForNothing(string provider)
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Status(500));
        using HttpEmbeddingGenerator generator = Create(provider, handler);

        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Token));
        Assert.Empty(handler.Exchanges);
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a", null!], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => generator.GenerateAsync(null!, cancellationToken: Token));
    }

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task GenerateAsync_AnswerOfAWrongShape_IsMalformed(string provider, string vectors)
    {
        using HttpEmbeddingGenerator generator = Create(provider, new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/json").Text(Answer(provider, vectors))));

        var failure = await Assert.ThrowsAsync<ChatStreamException>(() => generator.GenerateAsync(["a", "b"], cancellationToken: Token));

        Assert.Equal((ChatErrorKind.MalformedStream, provider), (failure.Kind, failure.Provider));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_AnswerInAnySplit_IsRead(string provider)
    {
        ScriptedHttpResponse response = ScriptedHttpResponse.Ok("application/json").Text(Answer(provider, "[[1,2.5],[-3e-1,4]]")).SplitEveryByte();
        using HttpEmbeddingGenerator generator = Create(provider, new ScriptedHttpHandler(response));

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["a", "b"], cancellationToken: Token);

        Assert.Equal([[1f, 2.5f], [-0.3f, 4f]], embeddings.Select(Numbers));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_FailedInTransport_SaysTheKindOfTheChats(string provider)
    {
        string half = Answer(provider, "[[1,2],[3,4]]")[..20];
        (ScriptedHttpResponse Response, ChatErrorKind Kind)[] cases =
        [
            (ScriptedHttpResponse.Ok("application/json").Text(half).EndsPrematurely(), ChatErrorKind.Truncated),
            (ScriptedHttpResponse.Ok("application/json").Text(half).EndsByReset(), ChatErrorKind.Truncated),
            (ScriptedHttpResponse.Ok("application/json").Text(half), ChatErrorKind.MalformedStream),
            (ScriptedHttpResponse.Ok("application/json"), ChatErrorKind.Truncated),
            (ScriptedHttpResponse.Ok("text/html").Text("<html/>"), ChatErrorKind.MalformedStream),
            (ScriptedHttpResponse.Ok("application/json").Text("""{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"""), ChatErrorKind.RateLimited),
            (ScriptedHttpResponse.Status(429), ChatErrorKind.RateLimited),
            (ScriptedHttpResponse.Status(401), ChatErrorKind.Authentication),
            (ScriptedHttpResponse.Status(503), ChatErrorKind.Overloaded),
            (ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.NameResolutionError), ChatErrorKind.Network),
        ];

        foreach ((ScriptedHttpResponse response, ChatErrorKind kind) in cases)
        {
            using HttpEmbeddingGenerator generator = Create(provider, new ScriptedHttpHandler(response));
            var failure = await Assert.ThrowsAnyAsync<ChatAdapterException>(() => generator.GenerateAsync(["SECRETTEXT", "b"], cancellationToken: Token));
            Assert.Equal((kind, provider), (failure.Kind, failure.Provider));
            Assert.DoesNotContain("SECRETTEXT", $"{failure}", StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GenerateAsync_Cancelled_ClosesAtOnce(string provider)
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/json").Text("{").EndsInSilence());
        using HttpEmbeddingGenerator generator = Create(provider, handler);
        using var cancelling = new CancellationTokenSource();

        Task call = generator.GenerateAsync(["a"], cancellationToken: cancelling.Token);
        await (await handler.WaitForRequestAsync(0, Token)).ReadPending.WaitAsync(Token);
        await cancelling.CancelAsync();

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancelling.Token, failure.CancellationToken);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Fact]
    public async Task GenerateAsync_IndexTwice_IsMalformed()
    {
        const string Twice = """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}""";
        using HttpEmbeddingGenerator generator = Create("openai-compatible", new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/json").Text(Twice)));

        await Assert.ThrowsAsync<ChatStreamException>(() => generator.GenerateAsync(["a", "b"], cancellationToken: Token));
    }

    [Fact]
    public async Task GenerateAsync_Base64_GivesTheSameNumbers()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        using HttpEmbeddingGenerator generator = Create("openai-compatible", server);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["encoding_format"] = "base64" } };

        GeneratedEmbeddings<Embedding<float>> numbers = await generator.GenerateAsync(["a", "b"], cancellationToken: Token);
        GeneratedEmbeddings<Embedding<float>> bytes = await generator.GenerateAsync(["a", "b"], options, Token);

        Assert.Equal(numbers.Select(Numbers), bytes.Select(Numbers));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void GetService_KnowsItselfAndItsMetadata(string provider)
    {
        using HttpEmbeddingGenerator generator = Create(provider, new ScriptedHttpHandler(ScriptedHttpResponse.Ok()));

        EmbeddingGeneratorMetadata metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;

        Assert.Equal((provider, "emulated"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(generator, generator.GetService<HttpEmbeddingGenerator>());
        Assert.Null(generator.GetService<string>());
        Assert.Equal(provider == "gemini" ? 100 : 256, generator.BatchSize);
    }

    [Fact]
    public void Create_ProviderWithoutEmbeddings_SaysSo()
    {
        var options = new ChatProviderOptions { ApiKey = "k" };

        Assert.Equal("'anthropic' has no embeddings.", Assert.Throws<ChatValidationException>(() => ChatProviderFactory.CreateEmbeddingGenerator("anthropic", options)).Message);
        Assert.Contains("Vertex", Assert.Throws<ChatValidationException>(() => new GeminiEmbeddingGenerator(new GeminiOptions { Project = "p", ApiKey = "k" })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OllamaEmbeddingGenerator(new OllamaOptions()) { BatchSize = 0 });
    }

    private static float[] Numbers(Embedding<float> embedding) => embedding.Vector.ToArray();

    private static int CountOf(EmulatedRequest request) =>
        request.Json!.Value.TryGetProperty("input", out JsonElement input) ? input.GetArrayLength() : request.Json!.Value.GetProperty("requests").GetArrayLength();

    private static string Answer(string provider, string vectors)
    {
        JsonNode given = JsonNode.Parse(vectors)!;
        string member = provider == "gemini" ? "values" : "embedding";
        string items = provider == "ollama" || given is not JsonArray list
            ? vectors
            : new JsonArray([.. list.Select(vector => new JsonObject { [member] = vector?.DeepClone() })]).ToJsonString();
        return Wires[provider].Answer.Replace("VECTORS", items, StringComparison.Ordinal);
    }

    private static async Task<EmulatedServer> StartAsync(string provider, EmulatedServerOptions options) => provider switch
    {
        "ollama" => await EmulatedOllamaServer.StartAsync(options, Token),
        "gemini" => await EmulatedGeminiServer.StartAsync(options, Token),
        _ => await EmulatedOpenAIServer.StartAsync(options, Token),
    };

    private static HttpEmbeddingGenerator Create(string provider, EmulatedServer server) =>
        ChatProviderFactory.CreateEmbeddingGenerator($"{provider}/emulated", new ChatProviderOptions { Endpoint = server.Endpoint, ApiKey = "key" });

    private static HttpEmbeddingGenerator Create(string provider, ScriptedHttpHandler handler) =>
        ChatProviderFactory.CreateEmbeddingGenerator($"{provider}/emulated", new ChatProviderOptions { Endpoint = new Uri("http://localhost:1"), ApiKey = "key" }, new HttpClient(handler));

    private static HttpEmbeddingGenerator Small(string provider, EmulatedServer server, int size) => provider switch
    {
        "ollama" => new OllamaEmbeddingGenerator(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" }) { BatchSize = size },
        "gemini" => new GeminiEmbeddingGenerator(new GeminiOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "key" }) { BatchSize = size },
        _ => new OpenAIEmbeddingGenerator(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = server.Endpoint, Model = "emulated" }) { BatchSize = size },
    };
}
