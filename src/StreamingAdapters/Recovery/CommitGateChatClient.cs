using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>Holds what comes in front of an answer's first content: roles, pings, empty deltas.</summary>
/// <remarks>
/// For one route of another library's failover, which takes the first update for the beginning of the answer. Up to 256 updates or 64 KiB are held, and released with the
/// first content, which is not delayed, or with the end; of a stream that fails before, nothing is handed out. Without streaming the call passes.
/// </remarks>
/// <param name="innerClient">The route.</param>
public sealed class CommitGateChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    /// <summary>Asks for an answer and hands out its updates from the first content on.</summary>
    /// <param name="messages">The conversation, read at the call.</param>
    /// <param name="options">What to ask for; never changed.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The updates, the same instances.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return HoldAsync([.. messages], options, cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> HoldAsync(ChatMessage[] messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CommitGate? gate = new();
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (gate is null)
            {
                yield return update;
            }
            else if (gate.Take(update))
            {
                foreach (ChatResponseUpdate held in gate.Held)
                {
                    yield return held;
                }

                gate = null;
            }
        }

        foreach (ChatResponseUpdate held in gate?.Held ?? [])
        {
            yield return held;
        }
    }
}
