using System.Diagnostics.CodeAnalysis;

namespace StreamingAdapters.Streams;

/// <summary>The entries that were used last: at most so many, and none that was not used for so long. Not thread-safe.</summary>
/// <param name="capacity">How many entries are kept.</param>
/// <param name="lifetime">How long an entry is kept after its last use; null for no limit.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class BoundedMap<TKey, TValue>(int capacity, TimeSpan? lifetime, TimeProvider timeProvider)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    public int Count
    {
        get
        {
            Forget();
            return _entries.Count;
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        Forget();
        if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
        {
            value = default;
            return false;
        }

        value = node.Value.Value;
        Use(node, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Forget();
        if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
        {
            Use(node, value);
            return;
        }

        if (_entries.Count == capacity)
        {
            Remove(_byUse.First!);
        }

        _entries[key] = _byUse.AddLast(new Entry(key, value, timeProvider.GetTimestamp()));
    }

    private void Use(LinkedListNode<Entry> node, TValue value)
    {
        node.Value = new Entry(node.Value.Key, value, timeProvider.GetTimestamp());
        _byUse.Remove(node);
        _byUse.AddLast(node);
    }

    private void Forget()
    {
        while (lifetime is { } limit && _byUse.First is { } oldest && timeProvider.GetElapsedTime(oldest.Value.UsedAt) > limit)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
    }

    private readonly record struct Entry(TKey Key, TValue Value, long UsedAt);
}
