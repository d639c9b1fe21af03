using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Routes in front of the provider that configuration names.</summary>
public sealed class RoutingSectionTests
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<StreamingMode, bool> ModesAndWays => new([StreamingMode.Basic, StreamingMode.Enhanced], [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ModesAndWays))]
    public async Task Routing_LocalFirst_TakesWhatItCanAndTheProviderTheRest(StreamingMode mode, bool streaming)
    {
        await using EmulatedOllamaServer local = await EmulatedOllamaServer.StartAsync(new() { Models = ["small"] }, Token);
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"] }, Token);
        using ServiceProvider services = Register(Hybrid(mode, local.Endpoint, cloud.Endpoint));
        IChatClient client = services.GetRequiredService<IChatClient>();

        ChatResponse plain = await AskAsync(client, streaming, "hi");
        ChatResponse withImage = await AskAsync(client, streaming, [new ChatMessage(ChatRole.User, [new TextContent("what?"), new DataContent(new byte[] { 1 }, "image/png")])]);
        ChatResponse withTools = await AskAsync(client, streaming, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => "sun", "weather")] });
        ChatResponse large = await AskAsync(client, streaming, new string('x', 4 * 2000));

        Assert.Equal(["home", "openai", "openai", "openai"], new[] { plain, withImage, withTools, large }.Select(response => Properties(response)[StreamingKeys.Route]));
        Assert.Equal((1, 3), (local.Requests.Count, cloud.Requests.Count));
    }

    [Theory]
    [MemberData(nameof(ModesAndWays))]
    public async Task Routing_Prefix_IsCutOffAndChooses(StreamingMode mode, bool streaming)
    {
        await using EmulatedOllamaServer local = await EmulatedOllamaServer.StartAsync(new() { Models = ["small"] }, Token);
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large", "other"] }, Token);
        using ServiceProvider services = Register(new ChatSettings(
            [.. Cloud(mode, cloud.Endpoint), .. Route(0, "ollama", local.Endpoint, null), ("Routing:0:Prefixes:0", "ollama/"), ("Routing:0:Prefixes:1", "home/"), ("Routing:0:StripsPrefix", "true")]));
        IChatClient client = services.GetRequiredService<IChatClient>();

        await AskAsync(client, streaming, "hi", new ChatOptions { ModelId = "home/small" });
        await AskAsync(client, streaming, "hi", new ChatOptions { ModelId = "other" });
        await AskAsync(client, streaming, "hi");

        Assert.Equal(["small"], Models(local));
        Assert.Equal(["other", "large"], Models(cloud));
    }

    [Theory]
    [MemberData(nameof(ModesAndWays))]
    public async Task Routing_FirstRouteKnowsNoModel_CallWithoutOneIsTheProviders(StreamingMode mode, bool streaming)
    {
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"] }, Token);
        using ServiceProvider services = Register(new ChatSettings([.. Cloud(mode, cloud.Endpoint), .. Route(0, "ollama", Nowhere, null), ("Routing:0:Prefixes:0", "ollama/")]));

        await AskAsync(services.GetRequiredService<IChatClient>(), streaming, "hi");

        Assert.Equal(["large"], Models(cloud));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Routing_ServerThatIsDown_RecoveryGoesOnToTheProvider(bool streaming)
    {
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"], Words = 2 }, Token);
        using ServiceProvider services = Register(Hybrid(StreamingMode.Enhanced, Nowhere, cloud.Endpoint));

        Task<ChatResponse> asking = AskAsync(services.GetRequiredService<IChatClient>(), streaming, "hi");
        await Recovery.Recovering.AdvanceWhileAsync(_time, asking, TimeSpan.FromSeconds(1));
        ChatResponse response = await asking;

        Assert.Equal(TextGenerator.Text(1, "hi", 2), response.Text);
        Assert.Equal("openai", response.GetStreamSummary()!.Provider);
        Assert.Equal(["home", "openai"], AttemptRecord.ReadFrom(Properties(response)).Select(attempt => attempt.Route).Distinct());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Routing_WithoutRecovery_SummaryNamesTheProviderThatAnswered(bool streaming)
    {
        await using EmulatedOllamaServer local = await EmulatedOllamaServer.StartAsync(new() { Models = ["small"] }, Token);
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"] }, Token);
        ChatSettings settings = Hybrid(StreamingMode.Enhanced, local.Endpoint, cloud.Endpoint);
        settings.Set(("Recovery:Enabled", "false"));
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();

        ChatResponse withTools = await AskAsync(client, streaming, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => "sun", "weather")] });
        ChatResponse plain = await AskAsync(client, streaming, "hi");

        Assert.Equal(("openai", "ollama"), (withTools.GetStreamSummary()!.Provider, plain.GetStreamSummary()!.Provider));
    }

    [Fact]
    public async Task Routing_TwoServersOfOneProvider_HaveCircuitsOfTheirOwn()
    {
        await using EmulatedOpenAIServer refusing = await EmulatedOpenAIServer.StartAsync(new() { Models = ["m"] }, Token);
        await using EmulatedOpenAIServer healthy = await EmulatedOpenAIServer.StartAsync(new() { Models = ["m"] }, Token);
        refusing.Enqueue(ServerFault.Status(401));
        using ServiceProvider services = Register(new ChatSettings(
            [.. Cloud(StreamingMode.Enhanced, healthy.Endpoint), ("Provider:Model", "m"), .. Route(0, "openai", refusing.Endpoint, "m"), ("Routing:0:Provider:ApiKey", "k"), ("Routing:0:SupportsTools", "false")]));
        IChatClient client = services.GetRequiredService<IChatClient>();

        ChatResponse first = await AskAsync(client, streaming: true, "hi");
        ChatResponse second = await AskAsync(client, streaming: true, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => "sun", "weather")] });

        Assert.Equal(["openai", "openai 2"], AttemptRecord.ReadFrom(Properties(first)).Select(attempt => attempt.Route));
        Assert.Equal(["openai 2"], AttemptRecord.ReadFrom(Properties(second)).Select(attempt => attempt.Route));
        Assert.Equal((1, 2), (refusing.Requests.Count, healthy.Requests.Count));
    }

    [Fact]
    public async Task Routing_ContextIsTooShort_TheProviderIsKnownToHaveMore()
    {
        await using EmulatedOpenAIServer small = await EmulatedOpenAIServer.StartAsync(new() { Models = ["m"] }, Token);
        await using EmulatedOpenAIServer large = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"] }, Token);
        small.Enqueue(ServerFault.Status(400, message: "too long", code: "context_length_exceeded"));
        using ServiceProvider services = Register(new ChatSettings(
            [.. Cloud(StreamingMode.Enhanced, large.Endpoint), ("Recovery:Primary:ContextLength", "200000"), .. Route(0, "openai", small.Endpoint, "m"), ("Routing:0:Provider:ApiKey", "k")]));

        ChatResponse response = await AskAsync(services.GetRequiredService<IChatClient>(), streaming: true, "hi");

        Assert.Equal((1, 1, "large"), (small.Requests.Count, large.Requests.Count, response.ModelId));
    }

    [Fact]
    public async Task Reload_AnythingChanges_ConversationsStayWithTheirRoutes()
    {
        await using EmulatedOllamaServer local = await EmulatedOllamaServer.StartAsync(new() { Models = ["small"] }, Token);
        await using EmulatedOpenAIResponsesServer cloud = await EmulatedOpenAIResponsesServer.StartAsync(new() { Models = ["large"] }, Token);
        ChatSettings settings = Hybrid(StreamingMode.Enhanced, local.Endpoint, cloud.Endpoint);
        settings.Set(("Provider:Name", "openai-responses"));
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();

        ChatResponse first = await AskAsync(client, streaming: true, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => "sun", "weather")] });
        settings.Set(("Coalescing:Enabled", "false"));
        await AskAsync(client, streaming: true, "and?", new ChatOptions { ConversationId = first.ConversationId });

        Assert.NotNull(first.ConversationId);
        Assert.Equal((0, 2), (local.Requests.Count, cloud.Requests.Count));
    }

    [Fact]
    public async Task Routing_ProviderWithoutAModel_IsNotAskedForAnothers()
    {
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        using ServiceProvider services = Register(new ChatSettings([.. Cloud(StreamingMode.Enhanced, cloud.Endpoint), ("Provider:Model", null), .. Route(0, "ollama", Nowhere, "small")]));

        Task<ChatResponse> asking = AskAsync(services.GetRequiredService<IChatClient>(), streaming: true, "hi");
        await Recovery.Recovering.AdvanceWhileAsync(_time, asking.ContinueWith(_ => { }, TaskScheduler.Default), TimeSpan.FromSeconds(1));

        Assert.Equal(ChatErrorKind.Network, (await Assert.ThrowsAnyAsync<ChatAdapterException>(() => asking)).Kind);
        Assert.Empty(cloud.Requests);
    }

    [Fact]
    public async Task Reload_RouteIsAdded_TheNextCallTakesIt()
    {
        await using EmulatedOllamaServer local = await EmulatedOllamaServer.StartAsync(new() { Models = ["small"] }, Token);
        await using EmulatedOpenAIServer cloud = await EmulatedOpenAIServer.StartAsync(new() { Models = ["large"] }, Token);
        var settings = new ChatSettings([.. Cloud(StreamingMode.Basic, cloud.Endpoint)]);
        using ServiceProvider services = Register(settings);
        IChatClient client = services.GetRequiredService<IChatClient>();

        await AskAsync(client, streaming: true, "hi");
        settings.Set([.. Route(0, "ollama", local.Endpoint, "small")]);
        await AskAsync(client, streaming: true, "hi");
        settings.Set(("Routing:0:SupportsVision", "false"));
        OllamaChatClient kept = client.GetService<OllamaChatClient>()!;
        settings.Set(("Routing:0:SupportsVision", "true"));
        await AskAsync(client, streaming: true, "hi");

        Assert.Equal((2, 1), (local.Requests.Count, cloud.Requests.Count));
        Assert.Same(kept, client.GetService<OllamaChatClient>());
        Assert.Equal("ollama", client.GetService<ChatClientMetadata>()!.ProviderName);
    }

    [Fact]
    public void Routing_NamesLeftOut_AreTheProvidersAndTheirOwn()
    {
        using ServiceProvider services = Register(new ChatSettings(
            [.. Cloud(StreamingMode.Basic, Nowhere), .. Route(0, "ollama", Nowhere, "a"), .. Route(1, "ollama", Nowhere, "b"), .. Route(2, "lmstudio", Nowhere, "c"), ("Routing:2:Name", "ollama")]));
        IChatClient client = services.GetRequiredService<IChatClient>();

        Assert.Equal(["a", "b", "c", "large"], new[] { "ollama 2", "ollama 3", "ollama", "openai" }.Select(name => client.GetService<ChatClientMetadata>(name)?.DefaultModelId));
    }

    [Theory]
    [InlineData("Routing:0:Nope", "1", "Chat:Routing:0:Nope is unknown: the keys here are ContextLength, Name, Prefixes, Provider, StripsPrefix, SupportsTools, SupportsVision.")]
    [InlineData("Routing:0:Provider:Nope", "1", "Chat:Routing:0:Provider:Nope is unknown")]
    [InlineData("Routing:0:Provider:Name", "olama", "Chat:Routing:0:Provider:Name is 'olama': it has to be the id of a provider")]
    [InlineData("Routing:0:Provider:Name", null, "Chat:Routing:0:Provider:Name is null: it has to be the id of a provider")]
    [InlineData("Routes:0:Provider:Name", "olama", "Chat:Routes:0:Provider:Name is 'olama': it has to be the id of a provider")]
    [InlineData("Routing:1:Name", "home", "Chat:Routes is 'home' twice: every route has to have a name of its own.")]
    [InlineData("Routes:0:Name", "home", "Chat:Routes is 'home' twice: every route has to have a name of its own.")]
    public void Routing_Wrong_FailsByItsKeys(string key, string? value, string sentence)
    {
        (string, string?)[] second = key.Contains('1', StringComparison.Ordinal) ? [.. Route(1, "ollama", Nowhere, "b")] : [];
        (string, string?)[] further = key.StartsWith("Routes", StringComparison.Ordinal) ? [("Routes:0:Provider:Name", "ollama"), ("Routes:0:Provider:Model", "b")] : [];
        var settings = new ChatSettings([.. Cloud(StreamingMode.Enhanced, Nowhere), .. Route(0, "ollama", Nowhere, "a"), ("Routing:0:Name", "home"), .. second, .. further, (key, value)]);

        var failure = Assert.Throws<OptionsValidationException>(() => Register(settings).GetRequiredService<IChatClient>());

        Assert.StartsWith(sentence, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    private static ChatSettings Hybrid(StreamingMode mode, Uri local, Uri cloud) => new(
        [.. Cloud(mode, cloud), .. Route(0, "ollama", local, "small"), ("Routing:0:Name", "home"), ("Routing:0:SupportsVision", "false"), ("Routing:0:SupportsTools", "false"), ("Routing:0:ContextLength", "1000")]);

    private static IEnumerable<(string Key, string? Value)> Cloud(StreamingMode mode, Uri endpoint) =>
        [("Mode", mode.ToString()), ("Timeout:Enabled", "false"), ("Provider:Name", "openai"), ("Provider:ApiKey", "k"), ("Provider:Endpoint", endpoint.AbsoluteUri), ("Provider:Model", "large")];

    private static IEnumerable<(string Key, string? Value)> Route(int index, string provider, Uri endpoint, string? model)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"Routing:{index}:Provider");
        return [($"{path}:Name", provider), ($"{path}:Endpoint", endpoint.AbsoluteUri), ($"{path}:Model", model)];
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, string text, ChatOptions? options = null) =>
        AskAsync(client, streaming, [new ChatMessage(ChatRole.User, text)], options);

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, ChatMessage[] messages, ChatOptions? options = null) => streaming
        ? client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token)
        : client.GetResponseAsync(messages, options, Token);

    // What the first update says is the message's.
    private static AdditionalPropertiesDictionary Properties(ChatResponse response) => new((response.AdditionalProperties ?? []).Concat(response.Messages[0].AdditionalProperties ?? []));

    private static IEnumerable<string?> Models(EmulatedServer server) => server.Requests.Select(request => request.Json!.Value.GetProperty("model").GetString());

    private ServiceProvider Register(ChatSettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddStreamingChatClient(settings.Section);
        return services.BuildServiceProvider();
    }
}
