using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>The updates of one answer to chunks.</summary>
/// <remarks>
/// Kept back for the final chunk: the finish reason and usage, which may follow it, and an update that was made of a final chunk. Everything else goes on at
/// once. For one stream; not thread-safe.
/// </remarks>
internal sealed class ChunkWriter(StreamingMode mode, TimeProvider timeProvider)
{
    private readonly UsageSum _usage = new();
    private ChatFinishReason? _finishReason;
    private ChatResponseUpdate? _end;
    private ChatRole? _role;
    private string? _model;
    private string? _provider;
    private long _nextIndex;

    private bool IsEnhanced => mode is StreamingMode.Enhanced;

    /// <summary>The chunk that was kept back as the last but is not, now that content follows; null when there is none.</summary>
    public StreamingChunk? Release(ChatResponseUpdate next)
    {
        if (_end is not { } end || !HasContent(next))
        {
            return null;
        }

        _end = null;
        return HasContent(end) ? Chunk(end, end.AdditionalProperties) : null;
    }

    /// <summary>The chunk for an update; null when it says nothing that a chunk can, or belongs to the final one.</summary>
    public StreamingChunk? Write(ChatResponseUpdate update)
    {
        _usage.Observe(update);
        _finishReason = update.FinishReason ?? _finishReason;
        _provider = PropertyReader.Text(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Provider)) ?? _provider;
        bool hasContent = HasContent(update);
        if (IsFinal(update) || (!hasContent && EndsAnswer(update)))
        {
            _end = hasContent ? update : _end ?? update;
        }
        else if (hasContent || IsEmpty(update))
        {
            _end = null;
            return Chunk(update, update.AdditionalProperties);
        }

        Remember(update);
        return null;
    }

    /// <summary>The final chunk.</summary>
    public StreamingChunk End()
    {
        ChatResponseUpdate end = _end ?? new ChatResponseUpdate();
        return Chunk(new ChatResponseUpdate { Contents = end.Contents }, end.AdditionalProperties) with
        {
            IsFinal = true,
            FinishReason = _finishReason?.Value,
            Usage = _usage.Reported is { } usage ? ChunkUsages.From(usage) : null,
        };
    }

    private StreamingChunk Chunk(ChatResponseUpdate update, AdditionalPropertiesDictionary? properties)
    {
        Remember(update);
        string text = update.Text;
        var chunk = new StreamingChunk
        {
            Content = text,
            Model = _model,
            ToolCalls = ChunkToolCalls.Write(update.Contents),
            Usage = IsEnhanced ? UsageSoFar(properties) : null,
            Delta = IsEnhanced ? new ChunkDelta { Content = text, Role = _role?.Value } : null,
            ChunkMetadata = IsEnhanced ? Metadata(text, properties) : null,
        };
        _role = null;
        _model = IsEnhanced ? _model : null;
        return chunk;
    }

    private static ChunkUsage? UsageSoFar(AdditionalPropertiesDictionary? properties) =>
        UsageNumbers.Read(properties?.GetValueOrDefault(StreamingKeys.UsageSoFar)) is { } usage ? ChunkUsages.From(usage) : null;

    private StreamingChunkMetadata Metadata(string text, AdditionalPropertiesDictionary? properties)
    {
        long index = PropertyReader.Integer(properties?.GetValueOrDefault(StreamingKeys.Index)) ?? _nextIndex;
        _nextIndex = index + 1;
        return new StreamingChunkMetadata
        {
            Index = index,
            Timestamp = PropertyReader.Instant(properties?.GetValueOrDefault(StreamingKeys.Timestamp)) ?? timeProvider.GetUtcNow(),
            ChunkSize = (int?)PropertyReader.Integer(properties?.GetValueOrDefault(StreamingKeys.Size)) ?? Encoding.UTF8.GetByteCount(text),
            Provider = _provider,
        };
    }

    // What an update without a chunk of its own says is said by the next one. Results of tools are nobody's turn here.
    private void Remember(ChatResponseUpdate update)
    {
        _role = update.Role is { } role && role != ChatRole.Tool ? role : _role;
        _model = update.ModelId ?? PropertyReader.Text(update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Model)) ?? _model;
    }

    private static bool IsFinal(ChatResponseUpdate update) => update.RawRepresentation is StreamingChunk { IsFinal: true };

    private static bool HasContent(ChatResponseUpdate update) => Any(update, static content => content is TextContent { Text.Length: > 0 } or FunctionCallContent);

    private static bool EndsAnswer(ChatResponseUpdate update) => update.FinishReason is not null || Any(update, static content => content is UsageContent);

    // A role, a keep-alive: a chunk without text. After the finish reason, and with the answer's summary, only the final chunk is left to say.
    private bool IsEmpty(ChatResponseUpdate update) =>
        _finishReason is null
        && (_end is null || !IsFinal(_end))
        && (update.Contents.Count == 0 || Any(update, static content => content is TextContent))
        && update.AdditionalProperties?.ContainsKey(StreamingKeys.Summary) is not true;

    private static bool Any(ChatResponseUpdate update, Func<AIContent, bool> condition)
    {
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (condition(contents[index]))
            {
                return true;
            }
        }

        return false;
    }
}
