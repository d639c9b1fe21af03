using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Readme;

/// <summary>The README's code of the middleware, compiled and run by <see cref="ReadmeTests"/>.</summary>
internal static class MiddlewareSnippets
{
    public static void AddFromConfiguration(IServiceCollection services, IConfiguration configuration)
    {
        services.AddStreamingChatClient(configuration.GetSection("Chat"));
    }

    public static void AddEmbeddingsFromConfiguration(IServiceCollection services, IConfiguration configuration)
    {
        services.AddStreamingEmbeddingGenerator(configuration.GetSection("Embeddings"));
    }

    public static IChatClient Compose(IChatClient anyClient)
    {
        IChatClient client = anyClient.AsBuilder()
            .UseStreaming(options => options.Mode = StreamingMode.Enhanced)
            .Build();

        return client;
    }

    public static IChatClient ComposeByHand(IChatClient anyClient)
    {
        IChatClient client = anyClient.AsBuilder()
            .UseStreamingErrors()
            .UseStreamingMetadata()
            .UseStreamingTimeout(options => options.Idle = TimeSpan.FromSeconds(30))
            .UseStreamingIntegrity()
            .Build();

        return client;
    }

    public static async Task ReadAsync(IChatClient client, string prompt, StringBuilder output, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken))
            {
                if (update.GetChunkMetadata() is { } chunk)
                {
                    output.Append($"[{chunk.Index} after {chunk.Elapsed.TotalSeconds:F1} s] {update.Text}");
                }
                else if (update.GetStreamSummary() is { } summary)
                {
                    output.Append($"[{summary.Chunks} chunks, {summary.Usage?.OutputTokenCount} tokens]");
                }
            }
        }
        catch (ChatAdapterException e)
        {
            output.Append($"[{e.Kind} after {e.Partial?.Length} characters and {e.GetUsage()?.Usage.TotalTokenCount} tokens: {e.Message}]");
        }
    }
}
