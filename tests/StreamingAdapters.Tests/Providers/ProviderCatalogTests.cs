using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Providers by their ids: every one of the table makes a client, and what is missing is named.</summary>
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

    [Fact]
    public void Create_KeyInAVariable_IsForTheCataloguesAddressAlone()
    {
        using var scope = new VariableScope(("MINIMAX_API_KEY", "secret-of-minimax"));
        ProviderEntry entry = ProviderCatalog.Find("minimax")!;

        AnthropicOptions own = ChatProviderFactory.With(new AnthropicOptions(), entry, new ChatProviderOptions(), model: null);
        AnthropicOptions other = ChatProviderFactory.With(new AnthropicOptions(), entry, new ChatProviderOptions { Endpoint = new Uri("https://elsewhere.example/v1") }, model: null);

        Assert.Equal(("secret-of-minimax", null), (own.ApiKey, other.ApiKey));
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
