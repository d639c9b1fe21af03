using Microsoft.Extensions.AI;

namespace StreamingAdapters.Routing;

/// <summary>A client that a <see cref="ModelRoutingChatClient"/> can choose, and what has to be known of it for that.</summary>
public sealed record ModelRoute
{
    /// <summary>The route's name, on the answers (<see cref="Streams.StreamingKeys.Route"/>) and in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The client, with whatever stages it has; recovery around it gives the route a failover of its own.</summary>
    public required IChatClient Client { get; init; }

    /// <summary>How the names of the models begin that are this route's, for example <c>claude-</c>.</summary>
    /// <value>
    /// Empty by default: it takes every model that no other route's prefix claims. The longest prefix wins; case does not count. A call without a model is for routes that have no
    /// prefixes or a <see cref="Model"/>; for all, where there is none.
    /// </value>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Whether the prefix is cut off the model's name, as for <c>groq/llama-3.3-70b</c>.</summary>
    /// <value>False by default.</value>
    public bool StripsPrefix { get; init; }

    /// <summary>The model that this route asks for where its prefixes did not choose it, whichever the call names.</summary>
    /// <value>Null by default: the call's, else the client's own.</value>
    public string? Model { get; init; }

    /// <summary>Whether its model reads images.</summary>
    /// <value>True by default.</value>
    public bool SupportsVision { get; init; } = true;

    /// <summary>Whether its model calls tools.</summary>
    /// <value>True by default.</value>
    public bool SupportsTools { get; init; } = true;

    /// <summary>How much its model reads and writes in all, in tokens.</summary>
    /// <value>Null by default: enough for everything.</value>
    public int? ContextLength { get; init; }
}
