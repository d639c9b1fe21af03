using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Providers.Keys;

namespace StreamingAdapters.Tests.Providers.Discovery;

/// <summary>Ollama's lists over its emulated server, and fetching a model, whole, refused and cut.</summary>
public sealed class OllamaModelCatalogTests
{
    private const string Manifest = """{"status":"pulling manifest"}""" + "\n";
    private const string Layer = """{"status":"pulling 8eeb52dfb3bb","digest":"sha256:8e","total":2000,"completed":500}""" + "\n";
    private const string Success = """{"status":"success"}""" + "\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_EmulatedServer_KnowsCapabilitiesContextAndWhatIsLoaded()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Models = ["emulated", "other:1b"], SupportsThinking = false }, Token);
        using IChatClient client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" });
        await client.GetResponseAsync("hi", cancellationToken: Token);

        ModelInfo[] models = await client.GetRequiredService<IModelCatalog>().ListAsync(Token).ToArrayAsync(Token);

        Assert.Equal([("emulated:latest", true), ("other:1b", false)], models.Select(model => (model.Id, model.IsLoaded!.Value)));
        Assert.All(models, model => Assert.Equal((8192, 2019393189, ModelCapabilities.Chat | ModelCapabilities.Tools), (model.ContextLength, model.SizeBytes, model.Capabilities)));
        Assert.All(models, model => Assert.NotNull(model.CreatedAt));
    }

    [Fact]
    public async Task CheckAsync_EmulatedServer_FindsModelsWithAndWithoutTheirTag()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using IChatClient client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" });
        IProviderHealth health = client.GetRequiredService<IProviderHealth>();

        ProviderHealth before = await health.CheckAsync(cancellationToken: Token);
        await client.GetResponseAsync("hi", cancellationToken: Token);
        ProviderHealth after = await health.CheckAsync("emulated:latest", Token);
        ProviderHealth missing = await health.CheckAsync("emulated:7b", Token);

        Assert.Equal((true, false, true), (before.HasModel, before.IsLoaded, before.IsHealthy));
        Assert.Equal((true, true, true), (after.HasModel, after.IsLoaded, after.IsHealthy));
        Assert.Equal((false, null, false), (missing.HasModel, missing.IsLoaded, missing.IsHealthy));
    }

    [Theory]
    [InlineData("host:5000/lib/m", true)]
    [InlineData("host:5000/lib/m:latest", true)]
    [InlineData("host:5000/lib/m:7b", false)]
    [InlineData("host:5000/lib/other", false)]
    public async Task CheckAsync_NameWithARegistrysPort_TakesThePortForNoTag(string model, bool hasModel)
    {
        var handler = new ScriptedHttpHandler(Json("""{"models":[{"name":"host:5000/lib/m:latest"}]}"""), Json("""{"models":[]}"""));

        Assert.Equal(hasModel, (await Catalog(handler).CheckAsync(model, Token)).HasModel);
    }

    [Fact]
    public async Task ListAsync_ModelVanishesMeanwhile_IsListedWithoutDetails()
    {
        var handler = new ScriptedHttpHandler(
            Json("""{"models":[]}"""), Json("""{"models":[{"name":"m:latest"}]}"""), ScriptedHttpResponse.Status(404, "application/json").Text("""{"error":"model 'm:latest' not found"}"""));

        ModelInfo model = Assert.Single(await Catalog(handler).ListAsync(Token).ToArrayAsync(Token));

        Assert.Equal(("m:latest", null, false), (model.Id, model.Capabilities, model.IsLoaded));
    }

    [Fact]
    public async Task ListAndCheck_ServerHasNoListOfLoadedModels_DoNotTellWhatIsLoaded()
    {
        const string Models = """{"models":[{"name":"m:latest"}]}""";
        var list = new ScriptedHttpHandler(ScriptedHttpResponse.Status(404), Json(Models), Json("""{"capabilities":["completion"]}"""));
        var check = new ScriptedHttpHandler(Json(Models), ScriptedHttpResponse.Status(404));

        ModelInfo model = Assert.Single(await Catalog(list).ListAsync(Token).ToArrayAsync(Token));
        ProviderHealth health = await Catalog(check).CheckAsync("m", Token);

        Assert.Equal(("m:latest", null, ModelCapabilities.Chat), (model.Id, model.IsLoaded, model.Capabilities));
        Assert.Equal((true, null, true), (health.HasModel, health.IsLoaded, health.IsHealthy));
    }

    [Fact]
    public async Task PullAsync_EmulatedServer_TellsItsProgressToTheEnd()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint });

        ModelPullProgress[] progress = await client.GetRequiredService<OllamaModelCatalog>().PullAsync("qwen3:4b", Token).ToArrayAsync(Token);

        Assert.Equal("pulling manifest", progress[0].Status);
        Assert.Equal("success", progress[^1].Status);
        Assert.Equal([0, 0.5, 1], progress.Where(step => step.Digest is not null).Select(step => step.Fraction!.Value));
        Assert.Equal("qwen3:4b", server.Requests[0].Json!.Value.GetProperty("model").GetString());
    }

    [Fact]
    public async Task PullAsync_ByteByByte_IsTheSame()
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/x-ndjson").Text(Manifest + Layer + Success).SplitEveryByte());

        ModelPullProgress[] progress = await Catalog(handler).PullAsync("m", Token).ToArrayAsync(Token);

        Assert.Equal(["pulling manifest", "pulling 8eeb52dfb3bb", "success"], progress.Select(step => step.Status));
        Assert.Equal(0.25, progress[1].Fraction);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Theory]
    [InlineData(Manifest + Layer, false, ChatErrorKind.Truncated, 2)]
    [InlineData(Manifest + Layer, true, ChatErrorKind.Truncated, 2)]
    [InlineData(Manifest + "{\"status\":\n", false, ChatErrorKind.MalformedStream, 1)]
    [InlineData(Manifest + "{\"status\":", false, ChatErrorKind.Truncated, 1)]
    [InlineData("{\"error\":\"pull model manifest: file does not exist\"}\n", false, ChatErrorKind.ModelNotFound, 0)]
    public async Task PullAsync_Fails_ComesAfterWhatWasTold(string body, bool isCut, ChatErrorKind kind, int told)
    {
        ScriptedHttpResponse response = ScriptedHttpResponse.Ok("application/x-ndjson").Text(body);
        List<ModelPullProgress> received = [];

        var failure = await Assert.ThrowsAnyAsync<ChatAdapterException>(async () =>
        {
            await foreach (ModelPullProgress step in Catalog(new ScriptedHttpHandler(isCut ? response.EndsPrematurely() : response)).PullAsync("m", Token))
            {
                received.Add(step);
            }
        });

        Assert.Equal((kind, told, "ollama"), (failure.Kind, received.Count, failure.Provider));
    }

    [Fact]
    public async Task PullAsync_RefusedInsideTheAnswer_IsToldToTheProviderOfKeys()
    {
        var keys = new ScriptedKeys(_ => "key");
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/x-ndjson").Text(Manifest + """{"error":"unauthorized","signin_url":"https://ollama.com/connect"}""" + "\n"));
        using var client = new OllamaChatClient(new OllamaOptions { ApiKeyProvider = keys }, new HttpClient(handler));

        await Assert.ThrowsAsync<ChatProviderException>(async () => await client.GetRequiredService<OllamaModelCatalog>().PullAsync("m", Token).ToArrayAsync(Token));

        Assert.Equal(("key", ChatErrorKind.Authentication), Assert.Single(keys.Reports));
    }

    [Fact]
    public async Task PullAsync_LeftByBreak_ClosesAtOnce()
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Ok("application/x-ndjson").Text(Manifest).EndsInSilence());

        await foreach (ModelPullProgress step in Catalog(handler).PullAsync("m", Token))
        {
            Assert.Equal("pulling manifest", step.Status);
            break;
        }

        Assert.True(handler.Exchanges[0] is { IsReadCancelled: true, IsDisposed: true }, "The connection was left open.");
    }

    [Fact]
    public void PullAsync_NoName_FailsAtTheCall() =>
        Assert.Throws<ArgumentException>(() => { _ = Catalog(new ScriptedHttpHandler(ScriptedHttpResponse.Ok())).PullAsync("", Token); });

    private static ScriptedHttpResponse Json(string text) => ScriptedHttpResponse.Ok("application/json").Text(text);

    private static OllamaModelCatalog Catalog(ScriptedHttpHandler handler) => new OllamaChatClient(new OllamaOptions(), new HttpClient(handler)).GetRequiredService<OllamaModelCatalog>();
}
