using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>The chunks of one answer to updates. For one stream; not thread-safe.</summary>
internal sealed class ChunkReader(string? provider)
{
    private ChunkUsage? _usageSoFar;
    private bool _isUsageSaid;
    private bool _isComplete;

    /// <summary>The update for a chunk.</summary>
    /// <exception cref="ChatStreamException">The chunk has a tool call without a name.</exception>
    public ChatResponseUpdate Read(StreamingChunk chunk)
    {
        _isComplete |= chunk.IsFinal;
        var update = new ChatResponseUpdate
        {
            ModelId = chunk.Model,
            Role = string.IsNullOrWhiteSpace(chunk.Delta?.Role) ? null : new ChatRole(chunk.Delta.Role),
            FinishReason = string.IsNullOrWhiteSpace(chunk.FinishReason) ? null : new ChatFinishReason(chunk.FinishReason),
            AdditionalProperties = Properties(chunk.ChunkMetadata),
            RawRepresentation = chunk,
        };
        if (chunk.GetChunkContent() is { Length: > 0 } text)
        {
            update.Contents.Add(new TextContent(text));
        }

        foreach (ChunkToolCall call in chunk.ToolCalls ?? [])
        {
            update.Contents.Add(ChunkToolCalls.Read(call, provider));
        }

        if (chunk.Usage is { } usage)
        {
            Add(usage, update);
        }

        return update;
    }

    /// <summary>The update with what is left to say; null when all is said.</summary>
    /// <exception cref="ChatStreamException">No chunk was final.</exception>
    public ChatResponseUpdate? End()
    {
        if (!_isComplete)
        {
            throw new ChatStreamException(
                ChatErrorKind.Truncated, "The chunks ended without a final one, so the answer may be cut. Send it again, or end whole answers with a chunk that is final.")
            {
                Provider = provider,
            };
        }

        return _isUsageSaid || _usageSoFar is null ? null : new ChatResponseUpdate { Contents = [new UsageContent(ChunkUsages.ToDetails(_usageSoFar))] };
    }

    // Usage contents add up: what a layer repeats on every chunk is said once, at the end.
    private void Add(ChunkUsage usage, ChatResponseUpdate update)
    {
        if (!_isComplete)
        {
            _usageSoFar = usage;
            (update.AdditionalProperties ??= [])[StreamingKeys.UsageSoFar] = ChunkUsages.ToCounts(usage);
        }
        else if (!_isUsageSaid)
        {
            _isUsageSaid = true;
            update.Contents.Add(new UsageContent(ChunkUsages.ToDetails(usage)));
        }
    }

    private static AdditionalPropertiesDictionary? Properties(StreamingChunkMetadata? metadata)
    {
        if (metadata is null)
        {
            return null;
        }

        var properties = new AdditionalPropertiesDictionary();
        Set(properties, StreamingKeys.Index, metadata.Index);
        Set(properties, StreamingKeys.Timestamp, metadata.Timestamp);
        Set(properties, StreamingKeys.Size, metadata.ChunkSize);
        Set(properties, StreamingKeys.Provider, metadata.Provider);
        return properties;
    }

    private static void Set(AdditionalPropertiesDictionary properties, string key, object? value)
    {
        if (value is not null)
        {
            properties[key] = value;
        }
    }
}
