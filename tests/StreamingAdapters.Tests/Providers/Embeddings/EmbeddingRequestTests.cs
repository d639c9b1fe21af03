using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Providers.Embeddings;

/// <summary>The requests for embeddings, word for word.</summary>
public sealed class EmbeddingRequestTests
{
    private static readonly string[] Texts = ["Zürich", "b"];

    private static EmbeddingGenerationOptions Everything => new()
    {
        Dimensions = 3,
        AdditionalProperties = new() { ["truncate"] = false, ["num_ctx"] = 4096, ["taskType"] = "RETRIEVAL_QUERY", ["streaming.chunk.index"] = 1, ["none"] = null },
    };

    [Fact]
    public void Map_Ollama_IsTheRequest()
    {
        using var generator = new OllamaEmbeddingGenerator(new OllamaOptions { Endpoint = new Uri("http://host:1/sub?a=b"), KeepAlive = TimeSpan.FromMinutes(5) });

        ProviderRequest request = generator.MapRequest(Texts, Everything, "m");

        Assert.Equal(new Uri("http://host:1/sub/api/embed?a=b"), request.Uri);
        CheckBody("""{"model":"m","input":["Zürich","b"],"dimensions":3,"truncate":false,"options":{"num_ctx":4096,"taskType":"RETRIEVAL_QUERY"},"keep_alive":"300s"}""", request);
        CheckBody("""{"input":["b"],"keep_alive":"300s"}""", generator.MapRequest(["b"], null, null));
    }

    [Theory]
    [InlineData("http://host", "http://host/v1/embeddings")]
    [InlineData("http://host/api/v3", "http://host/api/v3/embeddings")]
    [InlineData("http://host/v1/chat/completions?a=b", "http://host/v1/embeddings?a=b")]
    public void Map_OpenAI_IsTheRequest(string endpoint, string expected)
    {
        using var generator = new OpenAIEmbeddingGenerator(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = new Uri(endpoint) });

        ProviderRequest request = generator.MapRequest(Texts, Everything, "m");

        Assert.Equal(new Uri(expected), request.Uri);
        CheckBody("""{"model":"m","input":["Zürich","b"],"dimensions":3,"truncate":false,"num_ctx":4096,"taskType":"RETRIEVAL_QUERY"}""", request);
        CheckBody("""{"input":["b"]}""", generator.MapRequest(["b"], null, null));
    }

    [Fact]
    public void Map_AzureVersioned_NamesTheDeployment()
    {
        using var generator = new OpenAIEmbeddingGenerator(new OpenAIOptions { Dialect = OpenAIDialect.AzureOpenAI, Endpoint = new Uri("https://r.openai.azure.com"), ApiKey = "k", ApiVersion = "2024-10-21" });

        Assert.Equal(new Uri("https://r.openai.azure.com/openai/deployments/m%20x/embeddings?api-version=2024-10-21"), generator.MapRequest(Texts, null, "m x").Uri);
    }

    [Theory]
    [InlineData("m", "models/m", "http://host/v1beta/models/m:batchEmbedContents")]
    [InlineData("models/m", "models/m", "http://host/v1beta/models/m:batchEmbedContents")]
    [InlineData("tunedModels/a b", "tunedModels/a b", "http://host/v1beta/tunedModels/a%20b:batchEmbedContents")]
    public void Map_Gemini_IsTheRequest(string model, string name, string expected)
    {
        using var generator = new GeminiEmbeddingGenerator(new GeminiOptions { Endpoint = new Uri("http://host"), ApiKey = "k" });
        var options = new EmbeddingGenerationOptions { Dimensions = 3, AdditionalProperties = new() { ["taskType"] = "RETRIEVAL_QUERY" } };

        ProviderRequest request = generator.MapRequest(Texts, options, model);

        Assert.Equal(new Uri(expected).AbsoluteUri, request.Uri.AbsoluteUri);
        CheckBody(
            $$$"""
            {"requests":[
            {"model":"{{{name}}}","content":{"parts":[{"text":"Zürich"}]},"outputDimensionality":3,"taskType":"RETRIEVAL_QUERY"},
            {"model":"{{{name}}}","content":{"parts":[{"text":"b"}]},"outputDimensionality":3,"taskType":"RETRIEVAL_QUERY"}]}
            """,
            request);
    }

    [Fact]
    public void Map_GeminiWithoutModel_NamesTheOption()
    {
        using var generator = new GeminiEmbeddingGenerator(new GeminiOptions { Endpoint = new Uri("http://host"), ApiKey = "k" });

        var failure = Assert.Throws<ChatValidationException>(() => generator.MapRequest(Texts, null, null));

        Assert.Contains("GeminiOptions.Model", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_RawRepresentation_StandsAndIsNotChanged()
    {
        var raw = new JsonObject { ["model"] = "mine", ["user"] = "u" };
        object? asked = null;
        var options = new EmbeddingGenerationOptions
        {
            Dimensions = 3,
            RawRepresentationFactory = generator =>
            {
                asked = generator;
                return raw;
            },
        };
        using var generator = new OpenAIEmbeddingGenerator(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = new Uri("http://host") });

        CheckBody("""{"model":"mine","user":"u","input":["b"],"dimensions":3}""", generator.MapRequest(["b"], options, "m"));
        Assert.Same(generator, asked);
        Assert.Equal(2, raw.Count);
    }

    private static void CheckBody(string expected, ProviderRequest request) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(request.Body.Span)), System.Text.Encoding.UTF8.GetString(request.Body.Span));
}
