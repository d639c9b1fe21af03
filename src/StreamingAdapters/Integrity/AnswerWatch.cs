using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Integrity;

/// <summary>Looks at the updates of one answer, and judges its end.</summary>
/// <remarks>Not thread-safe; allocates nothing for an update that is as it should be.</remarks>
internal sealed class AnswerWatch(StreamingIntegrityOptions options)
{
    private readonly bool _annotates = options.Annotate;
    private string? _responseId;
    private string? _messageId;
    private string? _conversationId;
    private ChatRole? _role;
    private ChatFinishReason? _finishReason;
    private bool _hasContent;
    private bool _continues;

    /// <summary>Takes the next update in.</summary>
    /// <returns>The same instance, or a copy with annotations.</returns>
    public ChatResponseUpdate Observe(ChatResponseUpdate update)
    {
        // Between the first content and the finish reason another content changes nothing.
        bool hasContent = (!_hasContent || _finishReason is not null) && SemanticContent.IsIn(update);
        bool isLate = hasContent && _finishReason is not null;
        _hasContent |= hasContent;
        _finishReason ??= update.FinishReason;
        _continues = update.ContinuationToken is not null;
        return _annotates ? Compare(update, isLate) : update;
    }

    /// <summary>What is wrong with an answer that ended here; null when nothing is.</summary>
    public ChatErrorKind? Judge() => _continues ? null : Judge(options, _hasContent, _finishReason, isEnded: _finishReason is not null);

    /// <summary>What is wrong with a whole answer; null when nothing is.</summary>
    public static ChatErrorKind? Judge(StreamingIntegrityOptions options, ChatResponse response)
    {
        bool hasContent = response.Messages.Any(message => message.Contents.Any(SemanticContent.Is));

        // One body that its client has parsed to its end cannot be cut; Microsoft.Extensions.AI's client for OpenAI's Responses gives no reason for "completed".
        bool isEnded = response.FinishReason is not null || response.RawRepresentation is not null;
        return response.ContinuationToken is not null ? null : Judge(options, hasContent, response.FinishReason, isEnded);
    }

    private static ChatErrorKind? Judge(StreamingIntegrityOptions options, bool hasContent, ChatFinishReason? finishReason, bool isEnded) =>
        options.RequireContent && !hasContent && !Explains(finishReason) ? ChatErrorKind.EmptyResponse
        : options.RequireFinishReason && !isEnded ? ChatErrorKind.Truncated
        : null;

    // The model said all it had to, called a tool that is not there, or nobody says why: no reason for silence. A limit, a filter or a refusal is one.
    private static bool Explains(ChatFinishReason? reason) => reason is { } given && given != ChatFinishReason.Stop && given != ChatFinishReason.ToolCalls;

    private ChatResponseUpdate Compare(ChatResponseUpdate update, bool isLate)
    {
        List<string>? found = null;
        if (isLate)
        {
            (found ??= []).Add(StreamAnnotations.ContentAfterFinishReason);
        }

        if (Changes(ref _responseId, update.ResponseId))
        {
            (found ??= []).Add(StreamAnnotations.ResponseIdChanged);
        }

        if (Changes(ref _messageId, update.MessageId))
        {
            (found ??= []).Add(StreamAnnotations.MessageIdChanged);
        }

        if (Changes(ref _conversationId, update.ConversationId))
        {
            (found ??= []).Add(StreamAnnotations.ConversationIdChanged);
        }

        if (update.Role is { } role)
        {
            if (_role is { } before && before != role)
            {
                (found ??= []).Add(StreamAnnotations.RoleChanged);
            }

            _role = role;
        }

        return found is null ? update : StreamAnnotations.Annotate(update, found);
    }

    // Many providers say an id once; its absence is no change.
    private static bool Changes(ref string? known, string? id)
    {
        if (id is null or "" || id == known)
        {
            return false;
        }

        bool isOther = known is not null;
        known = id;
        return isOther;
    }
}
