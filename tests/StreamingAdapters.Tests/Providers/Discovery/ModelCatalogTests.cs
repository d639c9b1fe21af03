using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.Discovery;

/// <summary>Lists of models as servers write them, their pages, their failures, and the check of health over them.</summary>
public sealed class ModelCatalogTests
{
    private const string OpenRouter = """
        {"data":[{"id":"a/b","name":"A: B","created":1700000000,"context_length":128000,"architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
        "top_provider":{"max_completion_tokens":4096},"supported_parameters":["tools","reasoning"]},{"no":"id"}]}
        """;

    private const string LMStudio = """
        {"object":"list","data":[{"id":"qwen3-4b","object":"model","type":"llm","publisher":"qwen","state":"loaded","max_context_length":32768,"loaded_context_length":4096,"capabilities":["tool_use"]},
        {"id":"nomic","object":"model","type":"embeddings","state":"not-loaded","max_context_length":2048}]}
        """;

    private const string OneModel = """{"data":[{"id":"m"}]}""";

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_OpenRouter_ReadsWhatItSays()
    {
        var handler = new ScriptedHttpHandler(Json(OpenRouter));

        ModelInfo model = Assert.Single(await ListAsync("openrouter", handler));

        Assert.Equal(("a/b", "A: B", 128000, 4096), (model.Id, model.DisplayName, model.ContextLength, model.MaxOutputTokens));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools | ModelCapabilities.Reasoning, model.Capabilities);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), model.CreatedAt);
        Assert.Equal((HttpMethod.Get, "http://localhost:1/v1/models", "Bearer key"), (handler.Exchanges[0].Method, $"{handler.Exchanges[0].Uri}", handler.Exchanges[0].Headers["Authorization"]));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"m","max_model_len":4096}]}""", 4096)]
    [InlineData("""[{"id":"m","context_window":4096}]""", 4096)]
    [InlineData("""{"data":[{"id":"m","meta":{"n_ctx_train":4096,"size":7}}]}""", 4096)]
    [InlineData("""{"data":[{"id":"m","context_length":-1,"capabilities":{"vision":false}}]}""", null)]
    [InlineData("""{"data":[{"id":"m","context_length":"x","architecture":5,"capabilities":"y"}]}""", null)]
    public async Task ListAsync_Compatible_ReadsTheContextWhereItIs(string answer, int? expected)
    {
        ModelInfo model = Assert.Single(await ListAsync("openai-compatible", new ScriptedHttpHandler(Json(answer))));

        Assert.Equal(("m", expected, null), (model.Id, model.ContextLength, model.Capabilities));
    }

    [Fact]
    public async Task ListAsync_LMStudio_ReadsItsOwnListOrTheCommonOne()
    {
        var own = new ScriptedHttpHandler(Json(LMStudio));
        var common = new ScriptedHttpHandler(Json("""{"error":"Unexpected endpoint or method. (GET /api/v0/models)"}"""), Json(OneModel));

        ModelInfo[] models = await ListAsync("lmstudio", own);

        Assert.Equal([("qwen3-4b", true, 4096), ("nomic", false, 2048)], models.Select(model => (model.Id, model.IsLoaded!.Value, model.ContextLength!.Value)));
        Assert.Equal([ModelCapabilities.Chat | ModelCapabilities.Tools, ModelCapabilities.Embeddings], models.Select(model => model.Capabilities!.Value));
        Assert.Equal("m", Assert.Single(await ListAsync("lmstudio", common)).Id);
        Assert.Equal(["/api/v0/models"], own.Exchanges.Select(exchange => exchange.Uri!.AbsolutePath));
        Assert.Equal(["/api/v0/models", "/v1/models"], common.Exchanges.Select(exchange => exchange.Uri!.AbsolutePath));
    }

    [Fact]
    public async Task ListAsync_Anthropic_ReadsEveryPage()
    {
        var handler = new ScriptedHttpHandler(
            Json("""{"data":[{"type":"model","id":"claude-1","display_name":"One","created_at":"2025-08-01T00:00:00Z"}],"has_more":true,"last_id":"claude-1"}"""),
            Json("""{"data":[{"id":"claude-2","max_input_tokens":200000,"max_tokens":64000,"capabilities":{"thinking":{"supported":true},"image_input":{"supported":true}}}],"has_more":false,"last_id":"claude-2"}"""));

        ModelInfo[] models = await ListAsync("anthropic", handler);

        Assert.Equal([("claude-1", "One", null), ("claude-2", null, 200000)], models.Select(model => (model.Id, model.DisplayName, model.ContextLength)));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.Tools | ModelCapabilities.Vision | ModelCapabilities.Reasoning, models[1].Capabilities);
        Assert.Equal(["?limit=1000", "?limit=1000&after_id=claude-1"], handler.Exchanges.Select(exchange => exchange.Uri!.Query));
        Assert.All(handler.Exchanges, exchange => Assert.Equal(("2023-06-01", "key"), (exchange.Headers["anthropic-version"], exchange.Headers["x-api-key"])));
    }

    [Fact]
    public async Task ListAsync_Gemini_ReadsEveryPage()
    {
        var handler = new ScriptedHttpHandler(
            Json("""{"models":[{"name":"models/g","displayName":"G","inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":["generateContent"],"thinking":true}],"nextPageToken":"a b"}"""),
            Json("""{"models":[{"name":"models/e","supportedGenerationMethods":["embedContent"]}]}"""));

        ModelInfo[] models = await ListAsync("gemini", handler);

        Assert.Equal([("g", 1048576), ("e", null)], models.Select(model => (model.Id, model.ContextLength)));
        Assert.Equal([ModelCapabilities.Chat | ModelCapabilities.Reasoning, ModelCapabilities.Embeddings], models.Select(model => model.Capabilities!.Value));
        Assert.Equal(["?pageSize=1000", "?pageSize=1000&pageToken=a%20b"], handler.Exchanges.Select(exchange => exchange.Uri!.Query));
    }

    [Fact]
    public async Task ListAsync_SecondPageFails_ComesAfterTheFirstPagesModels()
    {
        var handler = new ScriptedHttpHandler(Json("""{"models":[{"name":"models/g"}],"nextPageToken":"t"}"""), ScriptedHttpResponse.Status(503));
        List<string> received = [];

        var failure = await Assert.ThrowsAsync<ChatProviderException>(async () =>
        {
            await foreach (ModelInfo model in Catalog("gemini", handler).ListAsync(Token))
            {
                received.Add(model.Id);
            }
        });

        Assert.Equal((ChatErrorKind.Overloaded, "g"), (failure.Kind, Assert.Single(received)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("5")]
    [InlineData("""{"data":{}}""")]
    public async Task ListAsync_NoList_IsMalformed(string answer) =>
        Assert.Equal(ChatErrorKind.MalformedStream, (await Assert.ThrowsAsync<ChatStreamException>(() => ListAsync("openai", new ScriptedHttpHandler(Json(answer))))).Kind);

    [Theory]
    [InlineData("m", true)]
    [InlineData("other", false)]
    [InlineData(null, null)]
    public async Task CheckAsync_ServerAnswers_LooksForTheModel(string? model, bool? hasModel)
    {
        ProviderHealth health = await Health("openai", Json(OneModel)).CheckAsync(model, Token);

        Assert.Equal((true, hasModel, null, null), (health.IsReachable, health.HasModel, health.IsLoaded, health.Failure));
        Assert.Equal(hasModel is not false, health.IsHealthy);
    }

    [Fact]
    public async Task CheckAsync_NoModelGiven_LooksForTheClientsOwn()
    {
        using IChatClient client = ChatProviderFactory.Create("openai/mine", Options(), new HttpClient(new ScriptedHttpHandler(Json(OneModel))));

        Assert.False((await client.GetRequiredService<IProviderHealth>().CheckAsync(cancellationToken: Token)).HasModel);
    }

    [Fact]
    public async Task CheckAsync_ServerFails_IsToldAndNotThrown()
    {
        ProviderHealth refused = await Health("openai", ScriptedHttpResponse.Status(401)).CheckAsync("m", Token);
        ProviderHealth gone = await Health("openai", ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.ConnectionError)).CheckAsync("m", Token);

        Assert.Equal((true, null, ChatErrorKind.Authentication, false), (refused.IsReachable, refused.HasModel, refused.Failure!.Kind, refused.IsHealthy));
        Assert.Equal((false, ChatErrorKind.Network), (gone.IsReachable, gone.Failure!.Kind));
    }

    [Fact]
    public async Task CheckAsync_ServerIsSilent_GivesUpAfterTenSeconds()
    {
        Task<ProviderHealth> check = Task.Run(() => Health("openai", ScriptedHttpResponse.NeverAnswers()).CheckAsync("m", Token), Token);
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromSeconds(10));

        ProviderHealth health = await check;

        Assert.Equal((false, TimeSpan.FromSeconds(10)), (health.IsReachable, health.Duration));
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.IsType<ChatTimeoutException>(health.Failure).Limit);
    }

    [Fact]
    public async Task CheckAsync_Cancelled_IsTheCallersCancellation()
    {
        using var cancelling = new CancellationTokenSource();
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Health("openai", Json(OneModel)).CheckAsync("m", cancelling.Token));
    }

    [Theory]
    [InlineData("openai-compatible", "openai-compatible does not have the list of models (status 404). Check the endpoint's path.")]
    [InlineData("ollama", "ollama does not have the list of models (status 404). Check the endpoint's path.")]
    public async Task ListAsync_NotFound_SpeaksOfTheListAndOfNoModel(string provider, string expected)
    {
        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => ListAsync(provider, new ScriptedHttpHandler(ScriptedHttpResponse.Status(404))));

        Assert.Equal(expected, failure.Message);
    }

    [Fact]
    public async Task ListAsync_ByteOrderMark_IsSkipped() =>
        Assert.Equal("m", Assert.Single(await ListAsync("openai", new ScriptedHttpHandler(Json("\uFEFF" + OneModel)))).Id);

    [Fact]
    public void GetService_Vertex_HasNoList()
    {
        using var client = new GeminiChatClient(new GeminiOptions { Project = "p", ApiKey = "k" });

        Assert.Null(client.GetService<IModelCatalog>());
        Assert.Null(client.GetService<OllamaModelCatalog>());
    }

    private static ScriptedHttpResponse Json(string text) => ScriptedHttpResponse.Ok("application/json").Text(text);

    private async Task<ModelInfo[]> ListAsync(string provider, ScriptedHttpHandler handler) => await Catalog(provider, handler).ListAsync(Token).ToArrayAsync(Token);

    private IModelCatalog Catalog(string provider, ScriptedHttpHandler handler) =>
        ChatProviderFactory.Create(provider, Options(), new HttpClient(handler)).GetRequiredService<IModelCatalog>();

    private IProviderHealth Health(string provider, ScriptedHttpResponse response) =>
        ChatProviderFactory.Create(provider, Options(), new HttpClient(new ScriptedHttpHandler(_time, response))).GetRequiredService<IProviderHealth>();

    private ChatProviderOptions Options() => new() { Endpoint = new Uri("http://localhost:1"), ApiKey = "key", TimeProvider = _time };
}
