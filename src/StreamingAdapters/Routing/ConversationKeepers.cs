using StreamingAdapters.Streams;

namespace StreamingAdapters.Routing;

/// <summary>Which route keeps which conversation, of the last that were answered. Thread-safe.</summary>
internal sealed class ConversationKeepers
{
    /// <summary>How many conversations are remembered.</summary>
    public const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly BoundedMap<string, string> _routes = new(Most, lifetime: null, TimeProvider.System);

    /// <summary>The name of the route that keeps a conversation; null where none is known to.</summary>
    public string? Find(string? conversationId)
    {
        lock (_lock)
        {
            return conversationId is not null && _routes.TryGet(conversationId, out string? route) ? route : null;
        }
    }

    /// <summary>Remembers the route of an answer; null as its conversation is of none.</summary>
    public void Remember(string? conversationId, string route)
    {
        if (conversationId is not null)
        {
            lock (_lock)
            {
                _routes.Set(conversationId, route);
            }
        }
    }
}
