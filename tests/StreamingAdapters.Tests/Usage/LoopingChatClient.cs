using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Function invocation in small: answers every tool call with "ok" and asks again; the results pass as an update of their own, under an id of its own.</summary>
internal sealed class LoopingChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<ChatMessage> history = [.. messages];
        while (true)
        {
            List<ChatResponseUpdate> round = [];
            await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(history, options, cancellationToken))
            {
                round.Add(update);
                yield return update;
            }

            FunctionCallContent[] calls = [.. round.SelectMany(update => update.Contents).OfType<FunctionCallContent>()];
            if (calls.Length == 0)
            {
                yield break;
            }

            history.AddMessages(round);
            var results = new ChatMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "ok"))]);
            history.Add(results);
            string id = $"tools-{history.Count}";
            yield return new ChatResponseUpdate(ChatRole.Tool, results.Contents) { ResponseId = id, MessageId = id };
        }
    }
}
