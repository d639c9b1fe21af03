using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Makes a client, and so a connection, for every call.</summary>
internal sealed class ReconnectingChatClient(Func<IChatClient> create) : IChatClient
{
    private readonly List<IChatClient> _clients = [];

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Next().GetStreamingResponseAsync(messages, options, cancellationToken);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Next().GetResponseAsync(messages, options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => _clients.ForEach(static client => client.Dispose());

    private IChatClient Next()
    {
        IChatClient client = create();
        _clients.Add(client);
        return client;
    }
}
