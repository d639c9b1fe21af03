using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Function invocation in small: calls the inner client, runs the functions that it asks for, and calls again, all over one mutable list of messages.</summary>
internal sealed class RoundLoopChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> history = [.. messages];
        int asked = history.Count;
        UsageDetails? usage = null;
        while (true)
        {
            ChatResponse response = await base.GetResponseAsync(history, options, cancellationToken);
            history.AddRange(response.Messages);
            if (response.Usage is { } used)
            {
                (usage ??= new UsageDetails()).Add(used);
            }

            if (await RunToolsAsync(response, options, cancellationToken) is not { } results)
            {
                response.Messages = history[asked..];
                response.Usage = usage;
                return response;
            }

            history.Add(results);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<ChatMessage> history = [.. messages];
        while (true)
        {
            List<ChatResponseUpdate> round = [];
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(history, options, cancellationToken))
            {
                round.Add(update);
                yield return update;
            }

            ChatResponse response = round.ToChatResponse();
            if (await RunToolsAsync(response, options, cancellationToken) is not { } results)
            {
                yield break;
            }

            history.AddRange(response.Messages);
            history.Add(results);
            yield return new ChatResponseUpdate(ChatRole.Tool, results.Contents) { ResponseId = response.ResponseId, MessageId = $"{response.ResponseId}-tools" };
        }
    }

    // Null: the model asked for none, the answer is whole.
    private static async Task<ChatMessage?> RunToolsAsync(ChatResponse response, ChatOptions? options, CancellationToken cancellationToken)
    {
        List<AIContent> results = [];
        foreach (FunctionCallContent call in response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>())
        {
            AIFunction function = options!.Tools!.OfType<AIFunction>().Single(tool => tool.Name == call.Name);
            results.Add(new FunctionResultContent(call.CallId, await function.InvokeAsync(new AIFunctionArguments(call.Arguments), cancellationToken)));
        }

        return results.Count > 0 ? new ChatMessage(ChatRole.Tool, results) : null;
    }
}
