using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.Discovery;

/// <summary>Lists of models as servers write them, their pages and their failures.</summary>
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
    [InlineData("lmstudio", "http://gw/lms/v1?team=a", "http://gw/lms/api/v0/models?team=a", "http://gw/lms/v1/models?team=a")]
    [InlineData("lmstudio", "http://gw", "http://gw/api/v0/models", "http://gw/v1/models")]
    [InlineData("lmstudio-native", "http://gw/lms/api/v1?team=a", "http://gw/lms/api/v0/models?team=a", "http://gw/lms/v1/models?team=a")]
    [InlineData("lmstudio-native", "http://gw", "http://gw/api/v0/models", "http://gw/v1/models")]
    public async Task ListAsync_LMStudioBehindAGateway_KeepsPathAndParameters(string provider, string endpoint, string own, string common)
    {
        var handler = new ScriptedHttpHandler(Json("{}"), Json(OneModel));
        using IChatClient client = ChatProviderFactory.Create(provider, Options(endpoint), new HttpClient(handler));

        ModelInfo[] models = await client.GetRequiredService<IModelCatalog>().ListAsync(Token).ToArrayAsync(Token);

        Assert.Equal("m", Assert.Single(models).Id);
        Assert.Equal([own, common], handler.Exchanges.Select(exchange => $"{exchange.Uri}"));
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

    private static async Task<ModelInfo[]> ListAsync(string provider, ScriptedHttpHandler handler) => await Catalog(provider, handler).ListAsync(Token).ToArrayAsync(Token);

    private static IModelCatalog Catalog(string provider, ScriptedHttpHandler handler) =>
        ChatProviderFactory.Create(provider, Options(), new HttpClient(handler)).GetRequiredService<IModelCatalog>();

    private static ChatProviderOptions Options(string endpoint = "http://localhost:1") => new() { Endpoint = new Uri(endpoint), ApiKey = "key" };
}
