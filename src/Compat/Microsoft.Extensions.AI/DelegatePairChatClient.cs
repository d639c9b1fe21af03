namespace Microsoft.Extensions.AI;

/// <summary>A stage of one delegate per method; a missing one is derived from the other.</summary>
internal sealed class DelegatePairChatClient : DelegatingChatClient
{
    private readonly Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, Task<ChatResponse>> _getResponse;
    private readonly Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> _getStreamingResponse;

    /// <summary>Wraps a client; at least one delegate is not null.</summary>
    public DelegatePairChatClient(
        IChatClient innerClient,
        Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, Task<ChatResponse>>? getResponse,
        Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? getStreamingResponse)
        : base(innerClient)
    {
        _getResponse = getResponse ?? ((messages, options, inner, cancellationToken) =>
            getStreamingResponse!(messages, options, inner, cancellationToken).ToChatResponseAsync(cancellationToken));
        _getStreamingResponse = getStreamingResponse ?? ((messages, options, inner, cancellationToken) =>
            HandOutAsync(getResponse!(messages, options, inner, cancellationToken)));
    }

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        return _getResponse(messages, options, InnerClient, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        return _getStreamingResponse(messages, options, InnerClient, cancellationToken);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HandOutAsync(Task<ChatResponse> answer)
    {
        ChatResponse response = await answer;
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }
}
