using System.Collections;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>A call's messages as they stood when it was made; copied once, by the outermost stage.</summary>
internal sealed class MessageSnapshot : IReadOnlyList<ChatMessage>
{
    private readonly ChatMessage[] _messages;

    private MessageSnapshot(ChatMessage[] messages) => _messages = messages;

    public int Count => _messages.Length;

    public ChatMessage this[int index] => _messages[index];

    /// <summary>The snapshot of a list; a snapshot is its own.</summary>
    public static MessageSnapshot Of(IEnumerable<ChatMessage> messages) => messages as MessageSnapshot ?? new MessageSnapshot([.. messages]);

    public IEnumerator<ChatMessage> GetEnumerator() => ((IEnumerable<ChatMessage>)_messages).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
