using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;
using IGenerator = Microsoft.Extensions.AI.IEmbeddingGenerator<string, Microsoft.Extensions.AI.Embedding<float>>;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Generators of embeddings that are registered by a section of configuration.</summary>
[Collection(nameof(Alone))]
public sealed class EmbeddingSectionTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ServiceCollection _services = new();

    public EmbeddingSectionTests() => _services.AddSingleton<TimeProvider>(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ollama", "ollama")]
    [InlineData("openai", "openai-compatible")]
    [InlineData("openai", "openai-responses")]
    [InlineData("gemini", "gemini")]
    public async Task Section_Provider_GivesVectorsInBatchesAndRetries(string wire, string provider)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(wire);
        server.Enqueue(ServerFault.Status(503));
        using ServiceProvider services = Register(
            [.. Server(provider, server), ("Provider:ApiKey", "secret-key"), ("Provider:Headers:X-Team", "blue"), ("BatchSize", "2"), ("Recovery:Delay", "00:00:00")]);
        IGenerator generator = services.GetRequiredService<IGenerator>();

        GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(["a", "b", "c"], cancellationToken: Token);

        Assert.Equal(3, vectors.Count);
        Assert.All(vectors, vector => Assert.Equal("emulated", vector.ModelId));
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Contains("secret-key", string.Join('\n', request.Headers.Values), StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.Equal("blue", request.Headers["X-Team"]));
        Assert.Equal(2, generator.GetService<HttpEmbeddingGenerator>()!.BatchSize);
    }

    [Fact]
    public async Task Section_RecoveryOff_FailsAtOnce()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Status(503));
        using ServiceProvider services = Register([.. Server("ollama", server), ("Provider:KeepAlive", "00:05:00"), ("Recovery:Enabled", "false")]);
        IGenerator generator = services.GetRequiredService<IGenerator>();

        var failure = await Assert.ThrowsAsync<ChatProviderException>(() => generator.GenerateAsync(["a"], cancellationToken: Token));

        Assert.Equal(ChatErrorKind.Overloaded, failure.Kind);
        Assert.Equal("300s", Assert.Single(server.Requests).Json!.Value.GetProperty("keep_alive").GetString());
        Assert.Equal(256, Assert.IsType<OllamaEmbeddingGenerator>(generator).BatchSize);
    }

    [Fact]
    public async Task Section_SeveralKeys_AreTakenInTurn()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Status(401));
        using ServiceProvider services = Register([.. Server("openai-compatible", server), ("Provider:ApiKeys:0", "key-1"), ("Provider:ApiKeys:1", "key-2")]);

        await services.GetRequiredService<IGenerator>().GenerateAsync(["a"], cancellationToken: Token);

        Assert.Equal(["Bearer key-1", "Bearer key-2"], server.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public void Section_AzureWithAVersion_HasIt()
    {
        using ServiceProvider services = Register(
            [("Provider:Name", "azure"), ("Provider:Endpoint", "https://acme.openai.azure.com"), ("Provider:ApiKey", "k"), ("Provider:Model", "m"), ("Provider:ApiVersion", "2024-10-21")]);

        HttpEmbeddingGenerator generator = services.GetRequiredService<IGenerator>().GetService<HttpEmbeddingGenerator>()!;

        Assert.Equal("https://acme.openai.azure.com/openai/deployments/m/embeddings?api-version=2024-10-21", generator.MapRequest(["a"], null, "m").Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("Provider:Name", null, "Embeddings:Provider:Name is null: it has to be the id of a provider, for example ollama, openai or anthropic; ProviderCatalog.All lists them.")]
    [InlineData("Provider:Name", "openai", "'openai' needs an API key: set Embeddings:Provider:ApiKey or the environment variable OPENAI_API_KEY.")]
    [InlineData("Provider:Name", "generic", "'openai-compatible' has no address of its own: set Embeddings:Provider:Endpoint.")]
    [InlineData("Provider:Name", "lmstudio-native", "'lmstudio-native' has no embeddings; lmstudio, the same server's other API, has.")]
    [InlineData("Provider:Store", "true", "Embeddings:Provider:Store is True: 'ollama' does not know it, Responses and LM Studio's own API alone do; leave it out.")]
    [InlineData("Provider:RawPrompt", "true", "Embeddings:Provider:RawPrompt is True: embeddings do not know it, chats alone do; leave it out.")]
    [InlineData("Provider:MaxFrameBytes", "9", "Embeddings:Provider:MaxFrameBytes is 9: embeddings do not know it, chats alone do; leave it out.")]
    [InlineData("BatchSize", "0", "Embeddings:BatchSize is 0: it has to be at least 1; null leaves the provider's own.")]
    [InlineData("BatchSize", "x", "Embeddings:BatchSize is 'x': it has to be a whole number.")]
    [InlineData("Nope", "1", "Embeddings:Nope is unknown: the keys here are BatchSize, Provider, Recovery.")]
    [InlineData("Recovery:Hedging:Enabled", "true", "Embeddings:Recovery:Hedging is unknown: the keys here are Budget, Delay, Enabled, MaxDelay, RetryTokens, RetryTokensPerAnswer, Rules.")]
    [InlineData("Recovery:Rules:Overloaded:Retries", "x", "Embeddings:Recovery:Rules:Overloaded:Retries is 'x': it has to be a whole number.")]
    [InlineData("Recovery:Enabled", "x", "Embeddings:Recovery:Enabled is 'x': it has to be true or false.")]
    [InlineData("Recovery:Budget", "x", "Embeddings:Recovery:Budget is 'x': it has to be a duration such as 00:02:00.")]
    [InlineData("Recovery:Delay", "-00:00:01", "Embeddings:Recovery:Delay is -00:00:01: it has to be from zero to one day.")]
    [InlineData("Recovery:MaxDelay", "x", "Embeddings:Recovery:MaxDelay is 'x': it has to be a duration such as 00:02:00.")]
    [InlineData("Recovery:RetryTokens", "-1", "Embeddings:Recovery:RetryTokens is -1: it has to be at least 0; null switches the limit off.")]
    [InlineData("Recovery:RetryTokensPerAnswer", "2", "Embeddings:Recovery:RetryTokensPerAnswer is 2: it has to be from 0 to 1.")]
    public void Section_Wrong_FailsByItsPath(string key, string? value, string sentence)
    {
        using var none = new Providers.VariableScope("OPENAI_API_KEY", null);
        using ServiceProvider services = Register([("Provider:Name", "ollama"), (key, value)]);

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IGenerator>);

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Theory]
    [InlineData("openai-responses", "Store", "true")]
    [InlineData("gemini", "Project", "acme")]
    [InlineData("gemini", "Location", "europe-west4")]
    [InlineData("gemini", "UsesThinkingBudgets", "false")]
    public void Section_KeyOfTheProvidersChats_Fails(string provider, string key, string value)
    {
        using ServiceProvider services = Register([("Provider:Name", provider), ("Provider:ApiKey", "k"), ($"Provider:{key}", value)]);

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IGenerator>);

        Assert.StartsWith($"Embeddings:Provider:{key} is ", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_WrongUnderAHost_FailsAtTheStartWithAllFailures()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddKeyedStreamingEmbeddingGenerator("local", Section([("Provider:Name", "olama"), ("BatchSize", "0"), ("Recovery:Dely", "1")]));
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Collection(
            failure.Failures.Order(StringComparer.Ordinal),
            sentence => Assert.StartsWith("Embeddings:BatchSize is 0: ", sentence, StringComparison.Ordinal),
            sentence => Assert.StartsWith("Embeddings:Provider:Name is 'olama': ", sentence, StringComparison.Ordinal),
            sentence => Assert.StartsWith("Embeddings:Recovery:Dely is unknown: ", sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Add_TwoKeysAndAChat_AreThreeOfTheirOwn()
    {
        _services.AddKeyedStreamingEmbeddingGenerator("a", Section([("Provider:Name", "ollama"), ("Provider:Model", "one")]));
        _services.AddKeyedStreamingEmbeddingGenerator("b", Section([("Provider:Name", "vllm"), ("Provider:Model", "other")]));
        _services.AddKeyedStreamingChatClient("a", new ChatSettings(("Provider:Name", "ollama"), ("Provider:Model", "chat")).Section);
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.Equal("one", ModelOf(services.GetRequiredKeyedService<IGenerator>("a")));
        Assert.Equal("other", ModelOf(services.GetRequiredKeyedService<IGenerator>("b")));
        Assert.Equal("chat", services.GetRequiredKeyedService<IChatClient>("a").GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Null(services.GetService<IGenerator>());
    }

    [Fact]
    public void Add_TwiceUnderOneKey_TheLaterTakesThePlace()
    {
        _services.AddStreamingEmbeddingGenerator(Section([("Nope", "1")]));
        _services.AddStreamingEmbeddingGenerator(Section([("Provider:Name", "ollama"), ("Provider:Model", "m")]));
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.Equal("m", ModelOf(Assert.Single(services.GetServices<IGenerator>())));
        _services.AddKeyedStreamingEmbeddingGenerator(1, Section([]));
        Assert.Throws<InvalidOperationException>(() => _services.AddKeyedStreamingEmbeddingGenerator("1", Section([])));
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton)]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public void Add_Lifetime_IsTheGenerators(ServiceLifetime lifetime)
    {
        _services.AddStreamingEmbeddingGenerator(Section([("Provider:Name", "ollama")]), lifetime);
        using ServiceProvider services = _services.BuildServiceProvider();
        using IServiceScope one = services.CreateScope();
        using IServiceScope other = services.CreateScope();

        IGenerator first = one.ServiceProvider.GetRequiredService<IGenerator>();

        Assert.Equal(lifetime is not ServiceLifetime.Transient, ReferenceEquals(first, one.ServiceProvider.GetRequiredService<IGenerator>()));
        Assert.Equal(lifetime is ServiceLifetime.Singleton, ReferenceEquals(first, other.ServiceProvider.GetRequiredService<IGenerator>()));
    }

    [Fact]
    public void Add_CodeConfiguresTheSameName_CountsBehindTheSection()
    {
        _services.AddStreamingEmbeddingGenerator(Section([("Provider:Name", "ollama"), ("BatchSize", "2")]));
        _services.Configure<StreamingEmbeddingOptions>(options => options.BatchSize = 3);
        using ServiceProvider services = _services.BuildServiceProvider();

        IGenerator generator = services.GetRequiredService<IGenerator>();

        Assert.IsType<RetryingEmbeddingGenerator>(generator);
        Assert.Equal(3, generator.GetService<HttpEmbeddingGenerator>()!.BatchSize);
    }

    private static string? ModelOf(IGenerator generator) => generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId;

    private static (string Key, string? Value)[] Server(string provider, EmulatedServer server) =>
        [("Provider:Name", provider), ("Provider:Endpoint", server.Endpoint.AbsoluteUri), ("Provider:Model", "emulated")];

    private static IConfiguration Section((string Key, string? Value)[] values)
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection().Build();
        foreach ((string key, string? value) in values)
        {
            root[$"Embeddings:{key}"] = value;
        }

        return root.GetSection("Embeddings");
    }

    private ServiceProvider Register((string Key, string? Value)[] values) => _services.AddStreamingEmbeddingGenerator(Section(values)).BuildServiceProvider();
}
