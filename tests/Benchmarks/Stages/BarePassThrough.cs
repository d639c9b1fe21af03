using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Benchmarks.Stages;

/// <summary>What no stage with an iterator of its own can be cheaper than.</summary>
internal sealed class BarePassThrough(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            yield return update;
        }
    }
}
