using Microsoft.Extensions.AI;

namespace StreamingAdapters.Bridge;

/// <summary>What an answer of a chat client has and chunks need not say. For one stream; not thread-safe.</summary>
internal sealed class ChunkEnvelope(string? model)
{
    private readonly string _responseId = NewId();
    private readonly string _messageId = NewId();
    private bool _isFirst = true;
    private bool _hasCalls;
    private bool _isFinished;

    /// <summary>Adds it to the next update, which nobody else has seen.</summary>
    public void Complete(ChatResponseUpdate update)
    {
        var chunk = update.RawRepresentation as StreamingChunk;
        (update.ResponseId, update.MessageId) = (_responseId, _messageId);
        update.CreatedAt = chunk?.ChunkMetadata?.Timestamp;
        if (_isFirst)
        {
            update.Role ??= ChatRole.Assistant;
            update.ModelId ??= model;
            _isFirst = false;
        }

        _hasCalls |= chunk?.ToolCalls is not null;
        if (chunk is { IsFinal: true } && !_isFinished)
        {
            update.FinishReason ??= _hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        }

        _isFinished |= update.FinishReason is not null;
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
