using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Providers;

public sealed class ProviderOptionsTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        var options = new OllamaOptions();

        ProviderOptionsRules.Check(options, "ollama", apiKey: null);

        Assert.Equal((null, null, null, 4 * 1024 * 1024, true), (options.Endpoint, options.Model, options.ApiKey, options.MaxFrameBytes, options.RetryDeadConnection));
        Assert.Same(TimeProvider.System, options.TimeProvider);
        options.Headers["X-Name"] = "1";
        Assert.Equal("1", options.Headers["x-name"]);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("/api")]
    [InlineData("ftp://host")]
    [InlineData("file:///host")]
    public void Create_EndpointThatIsNoWebAddress_Fails(string endpoint)
    {
        var uri = new Uri(endpoint, UriKind.RelativeOrAbsolute);

        var ollama = Assert.Throws<ChatValidationException>(() => new OllamaChatClient(new OllamaOptions { Endpoint = uri }));
        var openAI = Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(new OpenAIOptions { Endpoint = uri, ApiKey = "key" }));

        Assert.Equal(["OllamaOptions.Endpoint must be an absolute http or https address, for example http://localhost:11434."], ollama.Failures);
        Assert.StartsWith("OpenAIOptions.Endpoint must be", Assert.Single(openAI.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SeveralMistakes_NamesThemAll()
    {
        var options = new OpenAIOptions { Dialect = OpenAIDialect.Generic with { RequiresApiKey = true }, MaxFrameBytes = 0, TimeProvider = null!, Endpoint = null };

        var error = Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(options));

        Assert.Equal(
            [
                "OpenAIOptions.MaxFrameBytes must be at least 1; it is 0.",
                "OpenAIOptions.TimeProvider and OpenAIOptions.Headers must not be null.",
                "'openai-compatible' needs an API key: set OpenAIOptions.ApiKey.",
                "'openai-compatible' has no address of its own: set OpenAIOptions.Endpoint.",
            ],
            error.Failures);
        Assert.Equal((ChatErrorKind.InvalidRequest, false), (error.Kind, error.IsTransient));
    }

    [Fact]
    public void Create_NullMembers_Fail()
    {
        Assert.Equal(["OllamaOptions.TimeProvider and OllamaOptions.Headers must not be null."], Assert.Throws<ChatValidationException>(() => new OllamaChatClient(new OllamaOptions { Headers = null! })).Failures);
        Assert.Equal(["OpenAIOptions.Dialect must not be null."], Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(new OpenAIOptions { Dialect = null! })).Failures);
        Assert.Equal(["'azure' has no address of its own: set OpenAIOptions.Endpoint."], Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.AzureOpenAI, ApiKey = "key" })).Failures);
    }

    [Fact]
    public void Create_NoOptions_FailsAtTheCall()
    {
        Assert.Throws<ArgumentNullException>("options", () => new OllamaChatClient(null!));
        Assert.Throws<ArgumentNullException>("options", () => new OpenAIChatClient(null!));
    }

    public static TheoryData<OpenAIDialect, string?, string> Dialects => new()
    {
        { OpenAIDialect.OpenAI, null, "https://api.openai.com/v1/chat/completions" },
        { OpenAIDialect.LMStudio, null, "http://localhost:1234/v1/chat/completions" },
        { OpenAIDialect.LlamaCpp, null, "http://localhost:8080/v1/chat/completions" },
        { OpenAIDialect.Vllm, null, "http://localhost:8000/v1/chat/completions" },
        { OpenAIDialect.OpenRouter, null, "https://openrouter.ai/api/v1/chat/completions" },
        { OpenAIDialect.AzureOpenAI, "https://r.openai.azure.com", "https://r.openai.azure.com/openai/v1/chat/completions" },
        { OpenAIDialect.Generic, "http://host:9", "http://host:9/v1/chat/completions" },
    };

    /// <summary>Each dialect's address, key and words, as they go over the wire.</summary>
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Send_Dialect_HasItsAddressKeyAndWords(OpenAIDialect dialect, string? endpoint, string address)
    {
        bool isOpenAIs = dialect == OpenAIDialect.OpenAI || dialect == OpenAIDialect.AzureOpenAI;
        string reasoning = dialect == OpenAIDialect.OpenRouter ? "\"reasoning\":{\"effort\":\"low\"}" : "\"reasoning_effort\":\"low\"";
        string limits = isOpenAIs ? "\"max_completion_tokens\":9" : "\"max_tokens\":9,\"top_k\":5";
        var options = new OpenAIOptions { Dialect = dialect, Endpoint = endpoint is null ? null : new Uri(endpoint), ApiKey = "key", Model = "m" };

        SentRequest sent = await SentRequest.ByAsync(http => new OpenAIChatClient(options, http), new ChatOptions { MaxOutputTokens = 9, TopK = 5, Reasoning = new() { Effort = ReasoningEffort.Low } });

        Assert.Equal((address, "text/event-stream"), (sent.Uri.AbsoluteUri, sent.Accept));
        Assert.Equal(dialect == OpenAIDialect.AzureOpenAI ? (null, "key") : ("Bearer key", null), (sent.Authorization, sent.ApiKey));
        RequestJson.AssertJson($$$"""{"model":"m","messages":[{"role":"user","content":"hello"}],"stream":true,"stream_options":{"include_usage":true},{{{limits}}},{{{reasoning}}}}""", sent.Body);
    }

    [Fact]
    public async Task Send_ModelOfTheRequest_WinsOverTheOptions()
    {
        SentRequest sent = await SentRequest.ByAsync(http => new OllamaChatClient(new OllamaOptions { Model = "default", KeepAlive = Timeout.InfiniteTimeSpan }, http), new ChatOptions { ModelId = "asked" });

        Assert.Equal(("http://localhost:11434/api/chat", "application/x-ndjson"), (sent.Uri.AbsoluteUri, sent.Accept));
        RequestJson.AssertJson("""{"model":"asked","messages":[{"role":"user","content":"hello"}],"stream":true,"keep_alive":-1}""", sent.Body);
    }

    [Fact]
    public void GetService_Metadata_NamesProviderAddressAndModel()
    {
        using var openAI = new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.LMStudio, Model = "m" });
        using var ollama = new OllamaChatClient(new OllamaOptions { Endpoint = new Uri("http://host:1") });

        ChatClientMetadata first = openAI.GetRequiredService<ChatClientMetadata>();
        ChatClientMetadata second = ollama.GetRequiredService<ChatClientMetadata>();

        Assert.Equal(("lmstudio", "http://localhost:1234/v1", "m"), (first.ProviderName, first.ProviderUri!.AbsoluteUri, first.DefaultModelId));
        Assert.Equal(("ollama", "http://host:1/", null), (second.ProviderName, second.ProviderUri!.AbsoluteUri, second.DefaultModelId));
    }
}
