using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Usage;

/// <summary>One call in either way.</summary>
internal static class Asking
{
    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, ChatOptions? options = null, string prompt = "hi") => streaming
        ? client.GetStreamingResponseAsync(prompt, options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken)
        : client.GetResponseAsync(prompt, options, TestContext.Current.CancellationToken);

    /// <summary>Reads until an update fits, and stops there.</summary>
    public static async Task ReadUntilAsync(this IChatClient client, Func<ChatResponseUpdate, bool> isEnough, string prompt = "hi")
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(prompt, cancellationToken: TestContext.Current.CancellationToken))
        {
            if (isEnough(update))
            {
                break;
            }
        }
    }
}
