namespace Microsoft.Extensions.AI.Tests;

/// <summary>A stage that notes its name when a call goes in.</summary>
internal sealed class TaggingChatClient(IChatClient innerClient, string name, List<string> log) : DelegatingChatClient(innerClient)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        log.Add(name);
        return base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        log.Add(name);
        return base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }
}
