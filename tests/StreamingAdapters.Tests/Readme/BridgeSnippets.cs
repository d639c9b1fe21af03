using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;

namespace StreamingAdapters.Tests.Readme;

/// <summary>The code of README.md about moving from a chunk-based layer, compiled. <see cref="ReadmeTests"/> compares the two and runs it.</summary>
internal static class BridgeSnippets
{
    public static async Task BeforeAsync(OldLayer layer, string prompt, StringBuilder output, CancellationToken cancellationToken)
    {
        await foreach (Dictionary<string, object?> chunk in layer.StreamAsync(prompt, cancellationToken))
        {
            output.Append(chunk["content"]);
            if (chunk["is_final"] is true)
            {
                output.Append($" [{chunk["finish_reason"]}]");
            }
        }
    }

    public static async Task AfterAsync(IChatClient client, string prompt, StringBuilder output, CancellationToken cancellationToken)
    {
        try
        {
            IAsyncEnumerable<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken);
            await foreach (StreamingChunk chunk in updates.ToStreamingChunks(StreamingMode.Enhanced).WithCancellation(cancellationToken))
            {
                output.Append(chunk.Content);
                if (chunk.IsFinal)
                {
                    output.Append($" [{chunk.FinishReason}]");
                }
            }
        }
        catch (Exception e) when (StreamingChunkError.From(e) is { } error)
        {
            output.Append($"[{error.Name}] {error.Message}");
        }
    }

    public static IChatClient OldLayerAsAClient(OldLayer layer)
    {
        IChatClient client = new StreamingChunkChatClient((messages, options, token) => layer.StreamLinesAsync(messages, token).Select(StreamingChunk.Parse))
            .AsBuilder()
            .UseStreamingTimeout()
            .Build();

        return client;
    }
}
