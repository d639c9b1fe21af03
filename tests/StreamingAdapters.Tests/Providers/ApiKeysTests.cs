using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Keys from options and variables; alone, since the process has one environment.</summary>
[Collection(nameof(Alone))]
public sealed class ApiKeysTests
{
    private const string Variable = "STREAMING_ADAPTERS_TEST_KEY";

    public static TheoryData<string> Providers => [.. EmulatedTarget.Providers];

    [Theory]
    [InlineData("option", "variable", "option")]
    [InlineData(" option\n", "variable", "option")]
    [InlineData(null, " variable\n", "variable")]
    [InlineData("  ", "variable", "variable")]
    [InlineData("", " ", null)]
    [InlineData(null, null, null)]
    public void Find_OptionAndVariable_TakesTheFirstThatIsSet(string? option, string? variable, string? expected)
    {
        using var scope = new VariableScope(Variable, variable);

        Assert.Equal(expected, ApiKeys.Find(option, Variable));
        Assert.Equal(string.IsNullOrWhiteSpace(option) ? null : "option", ApiKeys.Find(option, null));
    }

    public static TheoryData<OpenAIDialect, string> Demanding => new()
    {
        { OpenAIDialect.OpenAI, "OPENAI_API_KEY" },
        { OpenAIDialect.OpenRouter, "OPENROUTER_API_KEY" },
        { OpenAIDialect.AzureOpenAI, "AZURE_OPENAI_API_KEY" },
    };

    [Theory]
    [MemberData(nameof(Demanding))]
    public void Create_KeyIsMissing_NamesOptionAndVariable(OpenAIDialect dialect, string variable)
    {
        using var scope = new VariableScope(variable, null);
        var options = new OpenAIOptions { Dialect = dialect, Endpoint = dialect.DefaultEndpoint ?? new Uri("https://host") };

        var error = Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(options));

        Assert.Equal([$"'{dialect.Name}' needs an API key: set OpenAIOptions.ApiKey or the environment variable {variable}."], error.Failures);
    }

    [Theory]
    [MemberData(nameof(Demanding))]
    public void Create_KeyInTheVariable_Suffices(OpenAIDialect dialect, string variable)
    {
        using var scope = new VariableScope(variable, "key");

        using var client = new OpenAIChatClient(new OpenAIOptions { Dialect = dialect, Endpoint = dialect.DefaultEndpoint ?? new Uri("https://host") });

        Assert.NotNull(client);
    }

    [Theory]
    [MemberData(nameof(Demanding))]
    public async Task Create_AnothersAddress_DoesNotSeeTheVariablesKey(OpenAIDialect dialect, string variable)
    {
        using var scope = new VariableScope(variable, "planted-key");
        bool isOwn = dialect.DefaultEndpoint is null;

        SentRequest sent = await SentRequest.ByAsync(http => new OpenAIChatClient(new OpenAIOptions { Dialect = dialect, Endpoint = new Uri("https://elsewhere.example/v1") }, http));

        Assert.Equal(isOwn, sent.Headers.Contains("planted-key", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_DialectWithoutVariable_NamesTheOptionAlone()
    {
        var options = new OpenAIOptions { Dialect = OpenAIDialect.Generic with { RequiresApiKey = true }, Endpoint = new Uri("https://host") };

        var error = Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(options));

        Assert.Equal(["'openai-compatible' needs an API key: set OpenAIOptions.ApiKey."], error.Failures);
    }

    public static TheoryData<OpenAIDialect> Undemanding => [OpenAIDialect.LMStudio, OpenAIDialect.LlamaCpp, OpenAIDialect.Vllm];

    [Theory]
    [MemberData(nameof(Undemanding))]
    public async Task Create_LocalServer_NeedsNoKeyButTakesOne(OpenAIDialect dialect)
    {
        using var none = new VariableScope(dialect.ApiKeyVariable!, null);
        Assert.Null((await SentRequest.ByAsync(http => new OpenAIChatClient(new OpenAIOptions { Dialect = dialect }, http))).Authorization);

        using var one = new VariableScope(dialect.ApiKeyVariable!, "key");
        Assert.Equal("Bearer key", (await SentRequest.ByAsync(http => new OpenAIChatClient(new OpenAIOptions { Dialect = dialect }, http))).Authorization);
    }

    [Fact]
    public async Task Create_Ollama_ReadsItsVariable()
    {
        using var none = new VariableScope("OLLAMA_API_KEY", null);
        Assert.Null((await SentRequest.ByAsync(http => new OllamaChatClient(new(), http))).Authorization);

        using var one = new VariableScope("OLLAMA_API_KEY", "key");
        Assert.Equal("Bearer key", (await SentRequest.ByAsync(http => new OllamaChatClient(new(), http))).Authorization);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task GetResponse_EmulatedServerWithAKey_TakesThatKeyAlone(string provider)
    {
        await using EmulatedServer server = await EmulatedTarget.StartAsync(provider, new() { ApiKey = "right", Words = 2 });
        using IChatClient right = server.CreateClient(options => options.ApiKey = "right");
        using IChatClient wrong = server.CreateClient(options => options.ApiKey = "wrong");

        Assert.NotEmpty((await right.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken)).Text);
        var error = await Assert.ThrowsAsync<ChatProviderException>(() => wrong.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(ChatErrorKind.Authentication, error.Kind);
    }
}
