using ConsoleChat.Arguments;
using Microsoft.Extensions.AI;

namespace ConsoleChat.Tests.Arguments;

public class ProviderChoiceTests
{
    [Theory]
    [InlineData("ollama")]
    [InlineData("lmstudio")]
    [InlineData("llamacpp")]
    [InlineData("vllm")]
    public void CreateFor_LocalProvider_ItsAddressAndModel(string name)
    {
        ProviderChoice provider = ProviderChoice.Find(name);

        using IChatClient client = provider.CreateFor(new ChatArguments { Model = "m" });

        ChatClientMetadata metadata = client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal(name, metadata.ProviderName);
        Assert.Equal("m", metadata.DefaultModelId);
        Assert.Equal(provider.DefaultEndpoint, metadata.ProviderUri);
        Assert.NotNull(provider.StartHint);
    }

    [Fact]
    public void CreateFor_Endpoint_WinsOverTheDefault()
    {
        var endpoint = new Uri("http://10.0.0.1:1/v1");

        using IChatClient client = ProviderChoice.Find("openai-compatible").CreateFor(new ChatArguments { Model = "m", Endpoint = endpoint });

        Assert.Equal(endpoint, client.GetRequiredService<ChatClientMetadata>().ProviderUri);
    }

    [Theory]
    [InlineData("ollama", "The provider 'ollama' needs to know the model: name one with --model ('ollama list' shows what is installed).")]
    [InlineData("openai", "The provider 'openai' needs to know the model: name one with --model.")]
    [InlineData("openai-compatible", "The provider 'openai-compatible' has no address of its own: give one with --endpoint.")]
    [InlineData("azure", "The provider 'azure' has no address of its own: give one with --endpoint, or set AZURE_RESOURCE_NAME.")]
    [InlineData("cloudflare-workers-ai", "The provider 'cloudflare-workers-ai' has no address of its own: give one with --endpoint, or set CLOUDFLARE_ACCOUNT_ID.")]
    public void CreateFor_SomethingMissing_Sentence(string name, string expected)
    {
        var error = Assert.Throws<UsageException>(() => ProviderChoice.Find(name).CreateFor(new ChatArguments()));

        Assert.Equal(expected, error.Message);
    }

    [Theory]
    [InlineData("azure", "AZURE_RESOURCE_NAME", "acme", "AZURE_API_KEY", "https://acme.openai.azure.com/openai/v1")]
    [InlineData("databricks", "DATABRICKS_HOST", "acme.example", "DATABRICKS_TOKEN", "https://acme.example/ai-gateway/mlflow/v1")]
    public void CreateFor_AddressOfVariables_IsFilledIn(string name, string variable, string value, string keyVariable, string expected)
    {
        Environment.SetEnvironmentVariable(variable, value);
        Environment.SetEnvironmentVariable(keyVariable, "key");
        try
        {
            using IChatClient client = ProviderChoice.Find(name).CreateFor(new ChatArguments { Model = "m" });

            Assert.Equal(new Uri(expected), client.GetRequiredService<ChatClientMetadata>().ProviderUri);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
            Environment.SetEnvironmentVariable(keyVariable, null);
        }
    }
}
