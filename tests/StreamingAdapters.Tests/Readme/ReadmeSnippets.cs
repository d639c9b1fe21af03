using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Routing;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Readme;

/// <summary>The code of README.md, compiled. <see cref="ReadmeTests"/> compares the two and runs what needs no provider.</summary>
internal static class ReadmeSnippets
{
    public static async Task StreamFromOllamaAsync(CancellationToken cancellationToken)
    {
        IChatClient client = new OllamaChatClient(new OllamaOptions { Model = "qwen3:4b" });

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Why is the sky blue?", cancellationToken: cancellationToken))
        {
            Console.Write(update.Text);
        }
    }

    public static void MakeClients(string key)
    {
        IChatClient lmStudio = new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.LMStudio, Model = "qwen3-4b" });

        IChatClient azure = new OpenAIChatClient(new OpenAIOptions
        {
            Dialect = OpenAIDialect.AzureOpenAI,
            Endpoint = new Uri("https://my-resource.openai.azure.com"),
            ApiKey = key, // or the environment variable AZURE_OPENAI_API_KEY
            Model = "my-deployment",
        });

        OpenAIDialect mine = OpenAIDialect.Generic with { Name = "my-server", ParsesThinkTags = true };
        IChatClient any = new OpenAIChatClient(new OpenAIOptions { Dialect = mine, Endpoint = new Uri("http://gpu-box:9000/v1"), Model = "m" });

        GC.KeepAlive((lmStudio, azure, any));
    }

    public static IChatClient MakeRouter(IChatClient local, IChatClient cloud, IChatClient groq)
    {
        IChatClient routed = new ModelRoutingChatClient(
            new ModelRoute { Name = "local", Client = local, Model = "qwen3:4b", SupportsVision = false, ContextLength = 8192 },
            new ModelRoute { Name = "cloud", Client = cloud, Model = "gpt-5-mini" },
            new ModelRoute { Name = "groq", Client = groq, Prefixes = ["groq/"], StripsPrefix = true });

        return routed;
    }

    public static async Task DiscoverAsync(IChatClient client, CancellationToken cancellationToken)
    {
        await foreach (ModelInfo model in client.GetRequiredService<IModelCatalog>().ListAsync(cancellationToken))
        {
            Console.WriteLine($"{model.Id} {model.ContextLength} {model.Capabilities}");
        }

        ProviderHealth health = await client.GetRequiredService<IProviderHealth>().CheckAsync("qwen3:4b", cancellationToken);
        if (health.HasModel is false && client.GetService<OllamaModelCatalog>() is { } ollama)
        {
            await foreach (ModelPullProgress step in ollama.PullAsync("qwen3:4b", cancellationToken))
            {
                Console.WriteLine($"{step.Status} {step.Fraction:P0}");
            }
        }
    }

    public static async Task<int> EmbedAsync(CancellationToken cancellationToken)
    {
        var embeddings = new RetryingEmbeddingGenerator(new OllamaEmbeddingGenerator(new OllamaOptions { Model = "nomic-embed-text" }));

        GeneratedEmbeddings<Embedding<float>> vectors = await embeddings.GenerateAsync(["The sky is blue.", "Grass is green."], cancellationToken: cancellationToken);

        return vectors.Count;
    }

    public static async Task<string> HandleErrorsAsync(IChatClient client, CancellationToken cancellationToken)
    {
        List<ChatResponseUpdate> received = [];
        try
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Tell me a long story.", cancellationToken: cancellationToken))
            {
                received.Add(update);
            }

            return received.ToChatResponse().Text;
        }
        catch (ChatAdapterException e) when (e.Kind is ChatErrorKind.Truncated)
        {
            return received.ToChatResponse().Text + " [cut off]";
        }
        catch (ChatAdapterException e) when (e.IsTransient)
        {
            return $"Try again in {e.RetryAfter ?? TimeSpan.FromSeconds(5)}: {e.Message}";
        }
    }

    public static async Task TestAgainstAServerAsync(CancellationToken cancellationToken)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: cancellationToken);
        server.Enqueue(ServerFault.Cut(3));
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" });

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => client.GetResponseAsync("hello", cancellationToken: cancellationToken));

        Assert.Equal(ChatErrorKind.Truncated, exception.Kind);
    }
}
