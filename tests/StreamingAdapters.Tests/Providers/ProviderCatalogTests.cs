using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Providers by their ids: every one of the table makes a client, and what is missing is named. Alone, since the process has one environment.</summary>
[Collection(nameof(Alone))]
public sealed class ProviderCatalogTests
{
    private const string Page = "Providers.md";

    public static TheoryData<string> Ids => [.. ProviderCatalog.All.Select(entry => entry.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Create_AnyId_MakesTheClientOfItsProtocol(string id)
    {
        ProviderEntry entry = ProviderCatalog.Find(id)!;
        var options = new ChatProviderOptions { ApiKey = "key", AllowUnverified = true, Model = "m", Endpoint = ChatProviderFactory.AddressOf(entry) is null ? new Uri("http://localhost:1/v1") : null };

        using IChatClient client = ChatProviderFactory.Create(id, options);

        ChatClientMetadata metadata = client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal((options.Endpoint ?? ChatProviderFactory.AddressOf(entry), "m"), (metadata.ProviderUri, metadata.DefaultModelId));
        Assert.Equal(
            entry.Protocol switch
            {
                ChatProtocol.Ollama => typeof(OllamaChatClient),
                ChatProtocol.Anthropic => typeof(AnthropicChatClient),
                ChatProtocol.Gemini => typeof(GeminiChatClient),
                ChatProtocol.OpenAIResponses => typeof(OpenAIResponsesChatClient),
                ChatProtocol.LMStudio => typeof(LMStudioChatClient),
                _ => typeof(OpenAIChatClient),
            },
            client.GetType());
    }

    [Theory]
    [InlineData("groq/llama-3.3-70b", "groq", "llama-3.3-70b")]
    [InlineData("openrouter/openai/gpt-4o", "openrouter", "openai/gpt-4o")]
    [InlineData("GROQ", "groq", "m")]
    [InlineData("gemini/gemini-3-pro", "gemini", "gemini-3-pro")]
    [InlineData("anthropic/claude", "anthropic", "claude")]
    [InlineData("openai-responses/gpt", "openai", "gpt")]
    [InlineData("lmstudio-native/qwen3", "lmstudio", "qwen3")]
    public void Create_ProviderAndModel_AreReadFromOneString(string text, string provider, string model)
    {
        using IChatClient client = ChatProviderFactory.Create(text, new ChatProviderOptions { ApiKey = "key", Model = "m" });

        ChatClientMetadata metadata = client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal((provider, model), (metadata.ProviderName, metadata.DefaultModelId));
    }

    [Theory]
    [InlineData("antropic", "'anthropic'")]
    [InlineData("grok", "'groq'")]
    [InlineData("olama", "'ollama'")]
    [InlineData("azur", "'azure'")]
    [InlineData("gorq", "'groq'")]
    [InlineData("groq-cloud", "'groq'")]
    [InlineData("deepseek-chat", "'deepseek'")]
    [InlineData("google-gemini", "'")]
    public void Create_UnknownId_NamesThoseThatAreNear(string id, string near)
    {
        var error = Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create(id));

        Assert.Contains($"There is no provider '{id}'. Did you mean {near}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NothingNear_SaysWhereTheyAreListed()
    {
        Assert.Contains("There is no provider 'xyzzyplugh'. ProviderCatalog.All lists them.", Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create("xyzzyplugh")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groq", "GROQ_API_KEY")]
    [InlineData("anthropic", "ANTHROPIC_API_KEY")]
    [InlineData("google", "GEMINI_API_KEY")]
    [InlineData("openai", "OPENAI_API_KEY")]
    [InlineData("openai-responses", "OPENAI_API_KEY")]
    public void Create_NoKey_NamesTheVariable(string id, string variable)
    {
        using var scope = new VariableScope([.. ProviderCatalog.Find(id)!.KeyVariables.Select(name => (name, (string?)null))]);

        var error = Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create(id));

        Assert.Contains("ChatProviderOptions.ApiKey", error.Message, StringComparison.Ordinal);
        Assert.Contains(variable, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minimax", "MINIMAX_API_KEY", null, true)]
    [InlineData("minimax", "MINIMAX_API_KEY", "https://elsewhere.example/v1", false)]
    [InlineData("groq", "GROQ_API_KEY", "https://API.groq.com/other/v1", true)]
    [InlineData("groq", "GROQ_API_KEY", "https://elsewhere.example/v1", false)]
    [InlineData("openai", "OPENAI_API_KEY", null, true)]
    [InlineData("openai", "OPENAI_API_KEY", "http://localhost:9000/v1", false)]
    [InlineData("openai-responses", "OPENAI_API_KEY", "http://localhost:9000/v1", false)]
    [InlineData("openai", "OPENAI_API_KEY", "https://eu.api.openai.com/v1", true)]
    [InlineData("openai-responses", "OPENAI_API_KEY", "https://eu.api.openai.com/v1", true)]
    [InlineData("openai", "OPENAI_API_KEY", "https://evil-api.openai.com.example/v1", false)]
    [InlineData("ollama", "OLLAMA_API_KEY", "https://ollama.com", true)]
    [InlineData("ollama", "OLLAMA_API_KEY", "http://elsewhere.example:11434", false)]
    [InlineData("vllm", "VLLM_API_KEY", "http://gpu-box:8000/v1", true)]
    [InlineData("lmstudio-native", "LM_API_TOKEN", "http://gpu-box:1234/api/v1", true)]
    [InlineData("azure", "AZURE_API_KEY", "https://acme.openai.azure.com", true)]
    [InlineData("azure", "AZURE_OPENAI_API_KEY", "https://acme.services.ai.azure.com", true)]
    [InlineData("azure", "AZURE_OPENAI_API_KEY", "https://evilazure.com", false)]
    [InlineData("azure-cognitive-services", "AZURE_COGNITIVE_SERVICES_API_KEY", "https://acme.cognitiveservices.azure.com", true)]
    [InlineData("databricks", "DATABRICKS_TOKEN", "https://dbc-1.cloud.databricks.com/v1", true)]
    public async Task Create_KeyInAVariable_GoesToTheProvidersOwnAddressAlone(string id, string variable, string? endpoint, bool isSent)
    {
        using var scope = new VariableScope([.. ProviderCatalog.Find(id)!.KeyVariables.Select(name => (name, name == variable ? "planted-key" : null))]);
        var options = new ChatProviderOptions { Endpoint = endpoint is null ? null : new Uri(endpoint), AllowUnverified = true, Model = "m" };

        SentRequest sent = await SentRequest.ByAsync(http => ChatProviderFactory.Create(id, options, http));

        Assert.Equal(isSent, sent.Headers.Contains("planted-key", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_AddressWithoutItsVariables_NamesThem()
    {
        using var scope = new VariableScope(("SNOWFLAKE_ACCOUNT", null));

        var error = Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create("snowflake-cortex", new ChatProviderOptions { ApiKey = "key", AllowUnverified = true }));

        Assert.Contains("set ChatProviderOptions.Endpoint, or the environment variable SNOWFLAKE_ACCOUNT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_AddressWithItsVariables_IsFilledIn()
    {
        using var scope = new VariableScope(("SNOWFLAKE_ACCOUNT", "acme"));
        using IChatClient client = ChatProviderFactory.Create("snowflake-cortex", new ChatProviderOptions { ApiKey = "key", AllowUnverified = true });

        Assert.Equal("acme.snowflakecomputing.com", client.GetRequiredService<ChatClientMetadata>().ProviderUri!.Host);
    }

    [Fact]
    public void Create_Unverified_HasToBeAskedFor()
    {
        ProviderEntry unverified = ProviderCatalog.All.First(entry => !entry.IsVerified);

        Assert.Contains("AllowUnverified", Assert.Throws<ChatValidationException>(() => ChatProviderFactory.Create(unverified.Id, new ChatProviderOptions { ApiKey = "key" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_Ids_AreTheirOwn()
    {
        string[] names = [.. ProviderCatalog.All.SelectMany(entry => entry.Aliases.Prepend(entry.Id))];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.True(names.Length > 200, $"{names.Length} ids");
    }

    [Fact]
    public void Page_OfAllProviders_IsTrue()
    {
        string path = Repository.PathOf("src", "StreamingAdapters", "Providers", "Catalog", Page);
        string written = Path.Combine(AppContext.BaseDirectory, Page);
        var rows = new StringBuilder();
        foreach (ProviderEntry entry in ProviderCatalog.All)
        {
            string id = string.Join(", ", entry.Aliases.Prepend(entry.Id).Select(name => $"`{name}`"));
            rows.Append($"| {id} | {entry.Name} | {entry.Protocol} | {entry.BaseAddress ?? "your own"} | {string.Join(", ", entry.KeyVariables)} | {(entry.IsVerified ? "yes" : "")} |\n");
        }

        string actual = $"""
            # Providers

            What `ChatProviderFactory.Create` and `Chat:Provider:Name` take: {ProviderCatalog.All.Count} ids, {ProviderCatalog.All.Count(entry => entry.IsVerified)} of them verified; the others need `AllowUnverified`.

            | id | name | protocol | address | key | verified |
            |---|---|---|---|---|---|
            {rows.ToString().TrimEnd()}

            Made by `dotnet test tests/StreamingAdapters.Tests --filter ProviderCatalogTests`, which fails where this page is not what the catalogue says, and then says where the true one is.

            """.ReplaceLineEndings("\n");
        File.WriteAllText(written, actual);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == actual, $"{Page} is not what the catalogue says. If that is meant, copy {written} over {path}.");
    }
}
