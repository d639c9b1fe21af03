using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Holds the updates in front of the first semantic content: roles, pings, empty deltas.</summary>
/// <remarks>Bounded: a stream that says nothing for longer than this counts as begun. For one attempt.</remarks>
internal sealed class CommitGate
{
    /// <summary>The most updates that are held.</summary>
    public const int MaxUpdates = 256;

    /// <summary>The most that is held, in bytes of the strings that hang on the updates.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly List<ChatResponseUpdate> _held = [];
    private int _bytes;

    /// <summary>What is held, in its order.</summary>
    public IReadOnlyList<ChatResponseUpdate> Held => _held;

    /// <summary>Takes the next update.</summary>
    /// <returns>Whether the attempt is committed: everything held goes out, this update included.</returns>
    public bool Take(ChatResponseUpdate update)
    {
        _held.Add(update);
        if (SemanticContent.IsIn(update))
        {
            return true;
        }

        _bytes += SizeOf(update);
        return _held.Count >= MaxUpdates || _bytes >= MaxBytes;
    }

    private static int SizeOf(ChatResponseUpdate update)
    {
        int characters = (update.ResponseId?.Length ?? 0) + (update.MessageId?.Length ?? 0) + (update.ModelId?.Length ?? 0);
        foreach (KeyValuePair<string, object?> property in update.AdditionalProperties ?? [])
        {
            characters += property.Key.Length + ((property.Value as string)?.Length ?? 0);
        }

        return characters * sizeof(char);
    }
}
