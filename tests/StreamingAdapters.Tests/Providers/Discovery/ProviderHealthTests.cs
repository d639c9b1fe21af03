using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.Discovery;

/// <summary>The check of a provider over its list: what is there, what nobody can tell, and what failed.</summary>
public sealed class ProviderHealthTests
{
    private const string OneModel = """{"data":[{"id":"m"}]}""";

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task CheckAsync_CancelledInFlight_HasTheCallersToken()
    {
        using var cancelling = new CancellationTokenSource();
        var handler = new ScriptedHttpHandler(_time, ScriptedHttpResponse.NeverAnswers());
        using IChatClient client = ChatProviderFactory.Create("openai", Options(), new HttpClient(handler));
        Task<ProviderHealth> check = client.GetRequiredService<IProviderHealth>().CheckAsync("m", cancelling.Token);
        await handler.WaitForRequestAsync(cancellationToken: Token);

        await cancelling.CancelAsync();

        Assert.Equal(cancelling.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check)).CancellationToken);
    }

    [Theory]
    [InlineData("azure", "my-deployment", null)]
    [InlineData("llamacpp", "any", null)]
    [InlineData("openai-compatible", "any", null)]
    [InlineData("azure-cognitive-services", "my-deployment", null)]
    [InlineData("openrouter", "m:online", null)]
    [InlineData("openrouter", "other", false)]
    [InlineData("groq", "other", false)]
    [InlineData("vllm", "other", false)]
    [InlineData("lmstudio", "other", false)]
    [InlineData("openai-responses", "other", null)]
    [InlineData("anthropic", "claude-3-5-haiku-latest", null)]
    [InlineData("anthropic", "claude-opus-4-5", null)]
    [InlineData("anthropic", "claude-opus-4-5-20251101", false)]
    [InlineData("anthropic", "m", true)]
    [InlineData("azure", "m", true)]
    public async Task CheckAsync_NameThatIsNotListed_IsMissingOnlyWhereTheListTells(string provider, string model, bool? hasModel)
    {
        ProviderHealth health = await Health(provider, Json(OneModel)).CheckAsync(model, Token);

        Assert.Equal((hasModel, hasModel is not false), (health.HasModel, health.IsHealthy));
    }

    [Fact]
    public async Task CheckAsync_LMStudioHasTheCommonListAlone_FindsTheModelThere()
    {
        ProviderHealth health = await Health("lmstudio", Json("""{"error":"Unexpected endpoint or method. (GET /api/v0/models)"}"""), Json(OneModel)).CheckAsync("m", Token);

        Assert.Equal((true, true, null), (health.IsHealthy, health.HasModel, health.Failure));
    }

    [Fact]
    public async Task CheckAsync_AnsweredWithAnErrorWithoutStatus_IsReachable()
    {
        ProviderHealth health = await Health("openai", Json("""{"error":"busy"}""")).CheckAsync("m", Token);

        Assert.Equal((true, false, null), (health.IsReachable, health.IsHealthy, health.HasModel));
        Assert.StartsWith("openai failed to answer with the list of models.", health.Failure!.Message, StringComparison.Ordinal);
    }

    private static ScriptedHttpResponse Json(string text) => ScriptedHttpResponse.Ok("application/json").Text(text);

    private IProviderHealth Health(string provider, params ScriptedHttpResponse[] responses) =>
        ChatProviderFactory.Create(provider, Options(), new HttpClient(new ScriptedHttpHandler(_time, responses))).GetRequiredService<IProviderHealth>();

    private ChatProviderOptions Options() => new() { Endpoint = new Uri("http://localhost:1"), ApiKey = "key", TimeProvider = _time, AllowUnverified = true };
}
