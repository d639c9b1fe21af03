using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>What a call asks for, for each route in its own way.</summary>
internal class RecoveryRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
{
    public IReadOnlyList<ChatMessage> Messages => messages;

    public ChatOptions? Options => options;

    /// <summary>What is sent to a route.</summary>
    public virtual (IReadOnlyList<ChatMessage> Messages, ChatOptions? Options) For(Route route) => (messages, route.OptionsFrom(options));
}
