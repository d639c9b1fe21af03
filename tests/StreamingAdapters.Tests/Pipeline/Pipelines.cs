using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Pipeline;

internal static class Pipelines
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static StreamingPipelineDescriptor Describe(this IChatClient client) => client.GetService<StreamingPipelineDescriptor>()!;

    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, ChatOptions? options = null) => client.AskAsync("hi", streaming, options);

    public static async Task<ChatResponse> AskAsync(this IChatClient client, string prompt, bool streaming, ChatOptions? options = null) => streaming
        ? await client.GetStreamingResponseAsync(prompt, options, Token).ToChatResponseAsync(Token)
        : await client.GetResponseAsync(prompt, options, Token);
}
