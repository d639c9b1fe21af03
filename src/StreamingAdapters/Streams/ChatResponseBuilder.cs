using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Builds one answer out of updates as they come, equal to what <c>ToChatResponse()</c> makes of them all.</summary>
/// <remarks>
/// An update is added in amortised constant time, and its text is kept once, never as a list of updates; so an answer can be looked at while it grows. Contents
/// that are not text are shared with the updates, as <c>ToChatResponse()</c> shares them. For one answer; not thread-safe.
/// </remarks>
public sealed class ChatResponseBuilder
{
    private readonly List<MessageBuilder> _messages = [];
    private AdditionalPropertiesDictionary? _additionalProperties;
    private UsageDetails? _usage;
    private string? _responseId;
    private string? _conversationId;
    private string? _modelId;
    private DateTimeOffset? _createdAt;
    private ChatFinishReason? _finishReason;

    /// <summary>Adds the next update.</summary>
    /// <param name="update">The update; it is neither changed nor kept, its contents are.</param>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public void Append(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        MessageBuilder message = MessageOf(update);
        message.Append(update);
        AddProperties(update, message);
        AddContents(update, message);
        if (update.ResponseId is { Length: > 0 } responseId)
        {
            _responseId = responseId;
        }

        _conversationId = update.ConversationId ?? _conversationId;
        _modelId = update.ModelId ?? _modelId;
        _finishReason = update.FinishReason ?? _finishReason;
        _createdAt ??= MessageBuilder.TimeOf(update);
    }

    /// <summary>The answer so far; more may follow.</summary>
    /// <returns>A new answer with new messages, in time linear in what is kept.</returns>
    public ChatResponse ToResponse() => new([.. _messages.Select(static message => message.ToMessage())])
    {
        ResponseId = _responseId,
        ConversationId = _conversationId,
        ModelId = _modelId,
        CreatedAt = _createdAt,
        FinishReason = _finishReason,
        Usage = _usage is { } usage ? Usages.Copy(usage) : null,
        AdditionalProperties = _additionalProperties?.Clone(),
    };

    private MessageBuilder MessageOf(ChatResponseUpdate update)
    {
        if (_messages.Count == 0 || _messages[^1].EndsBefore(update))
        {
            _messages.Add(new MessageBuilder());
        }

        return _messages[^1];
    }

    // An update that names its message speaks for that message, any other for the answer.
    private void AddProperties(ChatResponseUpdate update, MessageBuilder message)
    {
        if (update.AdditionalProperties is not { } properties)
        {
            return;
        }

        if (update.MessageId is { Length: > 0 })
        {
            message.AddProperties(properties);
        }
        else
        {
            _additionalProperties = MessageBuilder.Merge(_additionalProperties, properties);
        }
    }

    private void AddContents(ChatResponseUpdate update, MessageBuilder message)
    {
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is UsageContent usage)
            {
                (_usage ??= new UsageDetails()).Add(usage.Details);
            }
            else
            {
                message.Append(contents[index]);
            }
        }
    }
}
