using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>A good client with one deliberate defect; both methods go through the stream.</summary>
internal sealed class DefectiveChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>What the defect does to the caller's arguments.</summary>
    public Action<IEnumerable<ChatMessage>, ChatOptions?> Arguments { get; init; } = static (_, _) => { };

    /// <summary>What the defect does to a stream.</summary>
    public Func<IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerable<ChatResponseUpdate>> Updates { get; init; } = static updates => updates;

    /// <summary>What the defect does to a response of the method that does not stream.</summary>
    public Func<ChatResponse, ChatResponse> Response { get; init; } = static response => response;

    /// <summary>What the client says of itself; by default what is right.</summary>
    public Func<IChatClient, Type, object?, object?>? Service { get; init; }

    /// <summary>Whether the caller's token is passed on.</summary>
    public bool PassesToken { get; init; } = true;

    /// <summary>Whether arguments are checked at the call.</summary>
    public bool ChecksAtTheCall { get; init; } = true;

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        CancellationToken token = PassesToken ? cancellationToken : CancellationToken.None;
        if (!ChecksAtTheCall)
        {
            return LateAsync(messages, options, token);
        }

        Arguments(messages, options);
        return Updates(base.GetStreamingResponseAsync(messages, options, token));
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Response(await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(CancellationToken.None));

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        Service is { } service ? service(this, serviceType, serviceKey) : base.GetService(serviceType, serviceKey);

    private async IAsyncEnumerable<ChatResponseUpdate> LateAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            yield return update;
        }
    }
}
