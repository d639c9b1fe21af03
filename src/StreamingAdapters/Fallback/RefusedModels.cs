using System.Collections.Concurrent;

namespace StreamingAdapters.Fallback;

/// <summary>The models that refused to stream, each for a while. Thread-safe; at most <see cref="Capacity"/>, beyond which a model is not remembered.</summary>
internal sealed class RefusedModels(TimeSpan lifetime, TimeProvider timeProvider)
{
    // Names come with requests: whoever makes them up must not fill the memory.
    public const int Capacity = 1024;

    private readonly ConcurrentDictionary<string, long> _refusedAt = new(StringComparer.Ordinal);

    public bool Contains(string model) => _refusedAt.TryGetValue(model, out long at) && IsAlive(at);

    /// <summary>Remembers a model, or remembers it anew.</summary>
    /// <returns>Whether it was not remembered before.</returns>
    public bool Add(string model)
    {
        if (_refusedAt.Count >= Capacity)
        {
            Forget();
        }

        long now = timeProvider.GetTimestamp();
        if (_refusedAt.Count < Capacity && _refusedAt.TryAdd(model, now))
        {
            return true;
        }

        if (_refusedAt.TryGetValue(model, out long before))
        {
            _refusedAt.TryUpdate(model, now, before);
        }

        return false;
    }

    private void Forget()
    {
        foreach (KeyValuePair<string, long> entry in _refusedAt.Where(entry => !IsAlive(entry.Value)))
        {
            _refusedAt.TryRemove(entry);
        }
    }

    private bool IsAlive(long refusedAt) => timeProvider.GetElapsedTime(refusedAt) < lifetime;
}
