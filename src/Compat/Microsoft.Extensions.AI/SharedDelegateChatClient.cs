using System.Threading.Channels;

namespace Microsoft.Extensions.AI;

/// <summary>A stage whose one delegate stands around both methods and never touches their results.</summary>
internal sealed class SharedDelegateChatClient(
    IChatClient innerClient,
    Func<IEnumerable<ChatMessage>, ChatOptions?, Func<IEnumerable<ChatMessage>, ChatOptions?, CancellationToken, Task>, CancellationToken, Task> shared)
    : DelegatingChatClient(innerClient)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        return AnswerAsync(messages, options, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // The delegate is a task that has to be running while the consumer pulls; the bound holds it back to the consumer's pace.
        Channel<ChatResponseUpdate> updates = Channel.CreateBounded<ChatResponseUpdate>(1);
        _ = PumpAsync(updates.Writer, messages, options, cancellationToken);
        return updates.Reader.ReadAllAsync(cancellationToken);
    }

    private async Task<ChatResponse> AnswerAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ChatResponse? response = null;
        await shared(messages, options, NextAsync, cancellationToken);
        return response ?? throw new InvalidOperationException(
            "The delegate given to Use completed without a response. Await the next step inside it, or use the overload that returns a response.");

        async Task NextAsync(IEnumerable<ChatMessage> nextMessages, ChatOptions? nextOptions, CancellationToken nextToken) =>
            response = await InnerClient.GetResponseAsync(nextMessages, nextOptions, nextToken);
    }

    private async Task PumpAsync(
        ChannelWriter<ChatResponseUpdate> writer, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            await shared(messages, options, NextAsync, cancellationToken);
            writer.TryComplete();
        }
        catch (Exception e)
        {
            writer.TryComplete(e);
        }

        async Task NextAsync(IEnumerable<ChatMessage> nextMessages, ChatOptions? nextOptions, CancellationToken nextToken)
        {
            await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(nextMessages, nextOptions, nextToken))
            {
                await writer.WriteAsync(update, nextToken);
            }
        }
    }
}
