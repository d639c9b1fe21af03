using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Providers that configuration names.</summary>
[Collection(nameof(Alone))]
public sealed class ProviderSectionTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ServiceCollection _services = new();

    public ProviderSectionTests() => _services.AddSingleton<ILoggerFactory>(_log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ollama", "ollama", "http://localhost:11434/")]
    [InlineData("OpenAI", "openai", "https://api.openai.com/v1")]
    [InlineData("lmstudio", "lmstudio", "http://localhost:1234/v1")]
    [InlineData("llamacpp", "llamacpp", "http://localhost:8080/v1")]
    [InlineData("vllm", "vllm", "http://localhost:8000/v1")]
    [InlineData("openrouter", "openrouter", "https://openrouter.ai/api/v1")]
    [InlineData("azureopenai", "azure", "http://localhost:1/")]
    [InlineData("azure", "azure", "http://localhost:1/")]
    [InlineData("generic", "openai-compatible", "http://localhost:1/")]
    [InlineData("openai-compatible", "openai-compatible", "http://localhost:1/")]
    public void Name_Known_IsThatProvider(string name, string provider, string endpoint)
    {
        bool needsEndpoint = endpoint == "http://localhost:1/";
        using ServiceProvider services = Register(new ChatSettings(
            ("Provider:Name", name), ("Provider:Model", "m"), ("Provider:ApiKey", "k"), ("Provider:Endpoint", needsEndpoint ? endpoint : null)));

        ChatClientMetadata metadata = services.GetRequiredService<IChatClient>().GetService<ChatClientMetadata>()!;

        Assert.Equal((provider, new Uri(endpoint), "m"), (metadata.ProviderName, metadata.ProviderUri, metadata.DefaultModelId));
    }

    [Theory]
    [InlineData(null, null, "Chat:Provider:Name is null: it has to be the id of a provider, for example ollama, openai or anthropic; ProviderCatalog.All lists them.")]
    [InlineData("generic", null, "'openai-compatible' has no address of its own: set Chat:Provider:Endpoint.")]
    [InlineData("openai", null, "'openai' needs an API key: set Chat:Provider:ApiKey or the environment variable OPENAI_API_KEY.")]
    [InlineData("groq/llama-3.3-70b", null, "Chat:Provider:Name is 'groq/llama-3.3-70b': it has to be the id alone, groq; the model has a key of its own, Model.")]
    [InlineData("ollama", "schlüssel", "Chat:Provider:ApiKey (or the environment variable) holds characters that no header can carry; copy it again.")]
    public void Provider_CannotBeMade_FailsByItsKeys(string? name, string? apiKey, string sentence)
    {
        using var none = new Providers.VariableScope("OPENAI_API_KEY", null);
        using ServiceProvider services = Register(new ChatSettings(("Provider:Name", name), ("Provider:ApiKey", apiKey)));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IChatClient>);

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Fact]
    public async Task Provider_AllSettings_AreTheClients()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 2 }, Token);
        using ServiceProvider services = Register(new ChatSettings(
            ("Provider:Name", "ollama"),
            ("Provider:Endpoint", server.Endpoint.AbsoluteUri),
            ("Provider:Model", "emulated"),
            ("Provider:ApiKey", "secret-key"),
            ("Provider:Headers:X-Team", "blue"),
            ("Provider:KeepAlive", "00:05:00"),
            ("Provider:MaxFrameBytes", "65536"),
            ("Provider:RetryDeadConnection", "false")));

        await services.GetRequiredService<IChatClient>().AskAsync(streaming: true);

        EmulatedRequest request = Assert.Single(server.Requests);
        Assert.Equal("blue", request.Headers["X-Team"]);
        Assert.Equal("Bearer secret-key", request.Headers["Authorization"]);
        Assert.Equal("emulated", request.Json!.Value.GetProperty("model").GetString());
        Assert.Equal("300s", request.Json!.Value.GetProperty("keep_alive").GetString());
    }

    /// <summary>A provider's id, a key of its own and the value, and where the request says so: a member of the body, or a header.</summary>
    [Theory]
    [InlineData("anthropic", "MaxOutputTokens", "77", "max_tokens", "77")]
    [InlineData("anthropic", "Betas:0", "beta-1", "anthropic-beta", "beta-1")]
    [InlineData("anthropic", "UsesThinkingBudgets", "true", "thinking", """{"type":"enabled","budget_tokens":1024}""")]
    [InlineData("gemini", "UsesThinkingBudgets", "true", "generationConfig", """{"thinkingConfig":{"thinkingBudget":1024,"includeThoughts":true}}""")]
    [InlineData("openai-responses", "Store", "true", "store", "true")]
    [InlineData("lmstudio-native", "Store", "true", "store", "true")]
    [InlineData("lmstudio-native", "ContextLength", "4096", "context_length", "4096")]
    public async Task Provider_KeyOfItsOwn_IsInTheRequest(string provider, string key, string value, string where, string expected)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider, new() { Words = 2 });
        using ServiceProvider services = Register(new ChatSettings(
            ("Provider:Name", provider), ("Provider:Endpoint", server.Endpoint.AbsoluteUri), ("Provider:Model", "emulated"), ("Provider:ApiKey", "k"), ($"Provider:{key}", value)));

        await services.GetRequiredService<IChatClient>().GetResponseAsync("hi", new ChatOptions { Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low } }, Token);

        EmulatedRequest request = Assert.Single(server.Requests);
        Assert.Equal(expected, request.Headers.TryGetValue(where, out string? header) ? header : request.Json!.Value.GetProperty(where).GetRawText());
    }

    [Fact]
    public void Provider_GeminiWithAProject_IsVertex()
    {
        using ServiceProvider services = Register(new ChatSettings(("Provider:Name", "gemini"), ("Provider:Project", "acme"), ("Provider:Location", "europe-west4"), ("Provider:ApiKey", "token"), ("Provider:Model", "m")));

        ChatClientMetadata metadata = services.GetRequiredService<IChatClient>().GetService<ChatClientMetadata>()!;

        Assert.Equal(new Uri("https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4/publishers/google"), metadata.ProviderUri);
    }

    [Fact]
    public async Task ApiKeys_OneIsRejected_TheOthersAreSentInTurn()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 2 }, Token);
        server.Enqueue(ServerFault.Status(429));
        using ServiceProvider services = Register(new ChatSettings(
            ("Provider:Name", "ollama"),
            ("Provider:Endpoint", server.Endpoint.AbsoluteUri),
            ("Provider:Model", "emulated"),
            ("Provider:ApiKeys:0", "key-1"),
            ("Provider:ApiKeys:1", "key-2"),
            ("Provider:ApiKeyRotation:RateLimited", "00:00:05")));
        IChatClient client = services.GetRequiredService<IChatClient>();

        await client.AskAsync(streaming: true);
        await client.AskAsync(streaming: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        await client.AskAsync(streaming: true);

        Assert.Equal(["Bearer key-1", "Bearer key-2", "Bearer key-2", "Bearer key-1"], server.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public void ApiKeys_BesideTheOneKey_FailsWithoutTellingEither()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Register(new ChatSettings(
            ("Provider:Name", "openai"), ("Provider:ApiKey", "secret-1"), ("Provider:ApiKeys:0", "secret-2"))).GetRequiredService<IChatClient>());

        Assert.Equal("Chat:Provider:ApiKeys is set: ApiKey, ApiKeys and ApiKeyProvider exclude each other; keep one of them.", Assert.Single(failure.Failures));
    }

    [Fact]
    public void ApiKeys_OneIsNone_FailsWithItsPath()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Register(new ChatSettings(
            ("Provider:Name", "openai"), ("Provider:ApiKeys:0", " "), ("Provider:ApiKeys:1", "schlüssel"))).GetRequiredService<IChatClient>());

        Assert.Equal(
            [
                "Chat:Provider:ApiKeys:0 is empty: it has to be a key; leave it out.",
                "Chat:Provider:ApiKeys:1 is set: it holds characters that no header can carry; copy it again.",
            ],
            failure.Failures);
    }

    [Fact]
    public void Endpoint_WithSecrets_IsToldWithoutThem()
    {
        using ServiceProvider services = Register(new ChatSettings(("Provider:Name", "generic"), ("Provider:Endpoint", "http://user:secret@gateway.example:81/v1?key=secret")));

        Assert.Equal(new Uri("http://gateway.example:81/v1"), services.GetRequiredService<IChatClient>().GetService<ChatClientMetadata>()!.ProviderUri);
    }

    [Fact]
    public async Task Reload_AnotherServer_TheNextCallGoesThereAndTheOneInFlightEnds()
    {
        await using EmulatedOllamaServer one = await EmulatedOllamaServer.StartAsync(new() { Words = 4 }, Token);
        await using EmulatedOllamaServer other = await EmulatedOllamaServer.StartAsync(new() { Words = 3 }, Token);
        var settings = new ChatSettings(("Provider:Name", "ollama"), ("Provider:Endpoint", one.Endpoint.AbsoluteUri), ("Provider:Model", "emulated"));
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();
        OllamaChatClient before = client.GetService<OllamaChatClient>()!;
        Task paused = one.PauseAfterChunks(1);

        Task<ChatResponse> inFlight = client.AskAsync(streaming: true);
        await paused.WaitAsync(Token);
        settings.Set(("Provider:Endpoint", other.Endpoint.AbsoluteUri));
        ChatResponse next = await client.AskAsync(streaming: true);
        Assert.NotNull(before.GetStreamingResponseAsync("still usable", cancellationToken: Token));
        one.Resume();
        ChatResponse first = await inFlight;

        Assert.Equal((TextGenerator.Text(1, "hi", 4), TextGenerator.Text(1, "hi", 3)), (first.Text, next.Text));
        Assert.Single(other.Requests);
        Assert.NotSame(before, client.GetService<OllamaChatClient>());
        Assert.Throws<ObjectDisposedException>(() => before.GetStreamingResponseAsync("gone", cancellationToken: Token));
    }

    [Fact]
    public void Reload_OtherSettings_KeepsTheProvidersClient()
    {
        var settings = new ChatSettings(("Provider:Name", "ollama"), ("Provider:Headers:X-Team", "blue"));
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();
        OllamaChatClient before = client.GetService<OllamaChatClient>()!;

        settings.Set(("Mode", "Enhanced"), ("Provider:Name", "Ollama"));
        OllamaChatClient same = client.GetService<OllamaChatClient>()!;
        settings.Set(("Provider:Headers:X-Team", "red"));

        Assert.Same(before, same);
        Assert.NotSame(before, client.GetService<OllamaChatClient>());
    }

    [Fact]
    public void Reload_ProviderThatCannotBeMade_KeepsTheOldAndLogsWithoutTheKey()
    {
        var settings = new ChatSettings(("Provider:Name", "ollama"), ("Provider:ApiKey", "secret-key"));
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();

        settings.Set(("Provider:Name", "generic"));

        string line = Assert.Single(_log.At(LogLevel.Error));
        Assert.Contains("'openai-compatible' has no address of its own: set Chat:Provider:Endpoint.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        Assert.NotNull(client.GetService<OllamaChatClient>());
    }

    public void Dispose() => _log.Dispose();

    private ServiceProvider Register(ChatSettings settings)
    {
        _services.AddSingleton<TimeProvider>(_time);
        _services.AddStreamingChatClient(settings.Section);
        return _services.BuildServiceProvider();
    }
}
