using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>One message of a <see cref="ChatResponseBuilder"/>.</summary>
internal sealed class MessageBuilder
{
    private readonly List<AIContent> _contents = [];
    private TextRun? _run;
    private AdditionalPropertiesDictionary? _additionalProperties;
    private ChatRole _role = ChatRole.Assistant;
    private string? _authorName;
    private string? _messageId;
    private DateTimeOffset? _createdAt;

    /// <summary>When an update says it was made; the epoch is no time.</summary>
    public static DateTimeOffset? TimeOf(ChatResponseUpdate update) => update.CreatedAt > DateTimeOffset.UnixEpoch ? update.CreatedAt : null;

    /// <summary>Whether an update belongs to the next message: it has another author, id or role.</summary>
    public bool EndsBefore(ChatResponseUpdate update) =>
        IsOther(update.AuthorName, _authorName) || IsOther(update.MessageId, _messageId) || (update.Role is { } role && role != _role);

    /// <summary>Takes over what an update says about its message.</summary>
    public void Append(ChatResponseUpdate update)
    {
        _authorName = update.AuthorName ?? _authorName;
        _role = update.Role ?? _role;
        _createdAt ??= TimeOf(update);
        if (update.MessageId is { Length: > 0 } messageId)
        {
            _messageId = messageId;
        }
    }

    /// <summary>Adds a content, text to the text before it.</summary>
    public void Append(AIContent content)
    {
        if (_run is { } run && run.TryAppend(content))
        {
            return;
        }

        EndRun();
        if (TextRun.CanBeginWith(content))
        {
            _run = new TextRun(content);
        }
        else
        {
            _contents.Add(content);
        }
    }

    public void AddProperties(AdditionalPropertiesDictionary properties) => _additionalProperties = Merge(_additionalProperties, properties);

    /// <summary>Sets properties, the later ones over the earlier.</summary>
    public static AdditionalPropertiesDictionary Merge(AdditionalPropertiesDictionary? earlier, AdditionalPropertiesDictionary later)
    {
        AdditionalPropertiesDictionary merged = earlier ?? [];
        foreach (KeyValuePair<string, object?> property in later)
        {
            merged[property.Key] = property.Value;
        }

        return merged;
    }

    /// <summary>The message so far.</summary>
    public ChatMessage ToMessage() => new(_role, Contents())
    {
        AuthorName = _authorName,
        MessageId = _messageId,
        CreatedAt = _createdAt,
        AdditionalProperties = _additionalProperties?.Clone(),
    };

    // Texts are joined already; the library joins what is rare: code interpreter calls, images, searches, data.
    private IList<AIContent> Contents()
    {
        List<AIContent> contents = _run is { } run ? [.. _contents, run.ToContent()] : [.. _contents];
        ChatResponseUpdate[] whole = [new ChatResponseUpdate(ChatRole.Assistant, contents)];
        return whole.ToChatResponse().Messages[0].Contents;
    }

    private void EndRun()
    {
        if (_run is { } run)
        {
            _contents.Add(run.ToContent());
            _run = null;
        }
    }

    private static bool IsOther(string? value, string? current) =>
        value is { Length: > 0 } && current is { Length: > 0 } && !string.Equals(value, current, StringComparison.Ordinal);
}
