using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Routing;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Routing;

/// <summary>Which client a call reaches, with which model, and what the answer says of it.</summary>
public sealed class ModelRoutingChatClientTests
{
    private readonly Dictionary<string, ScriptedChatClient> _clients = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("claude-sonnet", "anthropic", "claude-sonnet")]
    [InlineData("CLAUDE-sonnet", "anthropic", "CLAUDE-sonnet")]
    [InlineData("claude-local-1", "special", "claude-local-1")]
    [InlineData("groq/llama", "groq", "llama")]
    [InlineData("groq/", "groq", null)]
    [InlineData("qwen3", "local", "small")]
    [InlineData(null, "local", "small")]
    public async Task Call_Model_IsRoutedByItsLongestPrefix(string? model, string expected, string? asked)
    {
        using ModelRoutingChatClient client = Create(
            Route("anthropic") with { Prefixes = ["claude-"] },
            Route("special") with { Prefixes = ["x", "claude-local"] },
            Route("groq") with { Prefixes = ["groq/"], StripsPrefix = true },
            Route("local") with { Model = "small" });

        foreach (bool streaming in (bool[])[true, false])
        {
            ChatResponse response = await client.AskAsync(streaming, new ChatOptions { ModelId = model });
            Assert.Equal((expected, expected), (response.Text, PropertyOf(response, StreamingKeys.Route)));
        }

        Assert.All(_clients[expected].Calls, call => Assert.Equal(asked, call.Options?.ModelId));
        Assert.Equal(2, _clients.Values.Sum(inner => inner.Calls.Count));
    }

    [Theory]
    [InlineData("plain", "local")]
    [InlineData("image", "cloud")]
    [InlineData("image link", "cloud")]
    [InlineData("audio", "local")]
    [InlineData("tools", "cloud")]
    [InlineData("tools off", "local")]
    [InlineData("long", "cloud")]
    [InlineData("long answer", "cloud")]
    [InlineData("long result", "cloud")]
    [InlineData("image of a tool", "cloud")]
    public async Task Call_LocalFirst_GoesToTheCloudForWhatItCannotDo(string what, string expected)
    {
        using ModelRoutingChatClient client = Create(
            Route("local") with { SupportsVision = false, SupportsTools = false, ContextLength = 1000, Model = "small" }, Route("cloud") with { Model = "large" });
        ChatOptions? options = what switch
        {
            "tools" => new() { Tools = [SampleTools.Weather] },
            "tools off" => new() { Tools = [SampleTools.Weather], ToolMode = ChatToolMode.None },
            "long answer" => new() { MaxOutputTokens = 1001 },
            _ => null,
        };
        AIContent content = what switch
        {
            "image" => new DataContent(new byte[] { 1 }, "image/png"),
            "image link" => new UriContent("https://a.example/i.png", "image/png"),
            "long result" => new FunctionResultContent("1", JsonElement.Parse($"\"{new string('a', 4004)}\"")),
            "image of a tool" => new FunctionResultContent("1", new AIContent[] { new TextContent("see"), new DataContent(new byte[] { 1 }, "image/png") }),
            "audio" => new DataContent(new byte[] { 1 }, "audio/wav"),
            _ => new TextContent(what == "long" ? new string('a', 4004) : "hi"),
        };

        ChatResponse response = await client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, [content])], options, Token).ToChatResponseAsync(Token);

        Assert.Equal(expected, response.Text);
        Assert.Equal(expected == "local" ? "small" : "large", _clients[expected].Calls[0].Options!.ModelId);
        Assert.Null(options?.ModelId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NoRouteCan_SaysWhyOfEach(bool streaming)
    {
        using ModelRoutingChatClient client = Create(Route("local") with { SupportsTools = false }, Route("cloud") with { ContextLength = 10 });
        using ModelRoutingChatClient named = Create(Route("other") with { Prefixes = ["claude-"] });

        var failure = await Assert.ThrowsAsync<ChatValidationException>(() => client.AskAsync(new string('a', 80), streaming, new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("f", null, default)] }));
        var unknown = await Assert.ThrowsAsync<ChatValidationException>(() => named.AskAsync(streaming, new ChatOptions { ModelId = "gpt" }));

        Assert.Equal("No route can answer this call: 'local' calls no tools; 'cloud' has 10 tokens of context and the call needs about 20.", failure.Message);
        Assert.Equal("No route is for the model 'gpt': give one a prefix of it, or one no prefixes at all.", unknown.Message);
        Assert.All(_clients.Values, inner => Assert.Empty(inner.Calls));
    }

    [Fact]
    public async Task Stream_Updates_PassAsTheyAreBehindTheFirst()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish());
        using var recorder = new RecordingChatClient(inner);
        using var client = new ModelRoutingChatClient(new ModelRoute { Name = "one", Client = recorder });

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToArrayAsync(Token);

        Assert.Equal("one", updates[0].AdditionalProperties![StreamingKeys.Route]);
        Assert.Null(recorder.Updates[0].AdditionalProperties);
        Assert.True(updates.Length > 1 && updates.Skip(1).SequenceEqual(recorder.Updates.Skip(1), ReferenceEqualityComparer.Instance), "An update was copied.");
    }

    [Fact]
    public async Task Call_LocalIsDown_RecoveryOfTheRouteGoesToTheCloud()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(new() { Words = 3 }, Token);
        IChatClient local = new OllamaChatClient(new OllamaOptions { Endpoint = new Uri("http://127.0.0.1:9"), Model = "small" });
        IChatClient cloud = new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = server.Endpoint, Model = "emulated" });
        var recovery = new StreamingRecoveryOptions { Delay = TimeSpan.Zero, Routes = [new RecoveryRoute { Name = "cloud", Client = cloud, Model = "emulated" }] };
        using var client = new ModelRoutingChatClient(
            new ModelRoute { Name = "local", Client = local.AsBuilder().UseStreamingRecovery(recovery).Build(), SupportsVision = false }, new ModelRoute { Name = "cloud", Client = cloud });

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal(TextGenerator.Text(1, "hi", 3), response.Text);
        Assert.Equal(("local", "openai-compatible"), (PropertyOf(response, StreamingKeys.Route), PropertyOf(response, StreamingKeys.Provider)));
        Assert.NotNull(PropertyOf(response, StreamingKeys.Attempts));
    }

    [Fact]
    public void GetService_Metadata_IsTheChosenRoutes()
    {
        using var client = new ModelRoutingChatClient(
            new ModelRoute { Name = "local", Client = new OllamaChatClient(new OllamaOptions { Model = "small" }) },
            new ModelRoute { Name = "cloud", Client = new OpenAIChatClient(new OpenAIOptions { ApiKey = "k", Model = "large" }) });

        Assert.Equal("ollama", client.GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Equal("openai", client.GetService<ChatClientMetadata>("cloud")!.ProviderName);
        Assert.Null(client.GetService<ChatClientMetadata>("nobody"));
        Assert.Same(client, client.GetService<ModelRoutingChatClient>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetService_MetadataBehindACall_IsOfTheRouteThatWasChosen(bool streaming)
    {
        using var server = new ScriptedHttpHandler(ScriptedHttpResponse.Status(500).Text("{}"));
        using var client = new ModelRoutingChatClient(
            new ModelRoute { Name = "local", Client = new OllamaChatClient(new OllamaOptions { Model = "small" }, new HttpClient(server)), SupportsTools = false },
            new ModelRoute { Name = "cloud", Client = new OpenAIChatClient(new OpenAIOptions { ApiKey = "k", Model = "large" }, new HttpClient(server)) });

        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming, new ChatOptions { Tools = [SampleTools.Weather] }));
        string? afterTools = client.GetService<ChatClientMetadata>()!.ProviderName;
        await Assert.ThrowsAsync<ChatProviderException>(() => client.AskAsync(streaming));

        Assert.Equal(("openai", "ollama"), (afterTools, client.GetService<ChatClientMetadata>()!.ProviderName));
    }

    [Fact]
    public void Create_WrongRoutes_NamesThem()
    {
        Assert.Throws<ChatValidationException>(() => new ModelRoutingChatClient());
        var failure = Assert.Throws<ChatValidationException>(() => new ModelRoutingChatClient(Route("a"), Route("a") with { ContextLength = 0 }));
        Assert.Equal(2, failure.Failures.Count);
        failure = Assert.Throws<ChatValidationException>(() => new ModelRoutingChatClient(Route("a") with { Prefixes = ["a", ""] }, Route("b") with { Prefixes = null! }, Route("c") with { Client = null! }));
        Assert.Equal(3, failure.Failures.Count);
    }

    // Updates with a message id lead it to their message.
    private static object? PropertyOf(ChatResponse response, string key) =>
        response.AdditionalProperties?.GetValueOrDefault(key) ?? response.Messages.Select(message => message.AdditionalProperties?.GetValueOrDefault(key)).FirstOrDefault(value => value is not null);

    private static ModelRoutingChatClient Create(params ModelRoute[] routes) => new(routes);

    private ModelRoute Route(string name)
    {
        ScriptedChatClient client = _clients[name] = new ScriptedChatClient(StreamScript.New().Text(name).Finish());
        return new ModelRoute { Name = name, Client = client };
    }

    private sealed class RecordingChatClient(IChatClient inner) : DelegatingChatClient(inner)
    {
        public List<ChatResponseUpdate> Updates { get; } = [];

        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                Updates.Add(update);
                yield return update;
            }
        }
    }
}
