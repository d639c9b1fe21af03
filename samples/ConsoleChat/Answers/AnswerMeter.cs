using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;

namespace ConsoleChat.Answers;

/// <summary>Counts an answer's chunks (its updates) and times them, from its construction on.</summary>
internal sealed class AnswerMeter(TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();
    private int _chunksAfterFirst;
    private TimeSpan _last;

    public int Chunks { get; private set; }

    /// <summary>The number that the metadata stage gave the last chunk, from 0; null where there is none.</summary>
    public long? LastIndex { get; private set; }

    /// <summary>When the first content came; null before it.</summary>
    public TimeSpan? FirstContent { get; private set; }

    /// <summary>The pace once content flows; null when nothing followed the first content.</summary>
    public double? ChunksPerSecond => FirstContent is { } first && _chunksAfterFirst > 0 && _last > first
        ? _chunksAfterFirst / (_last - first).TotalSeconds
        : null;

    public void Count(ChatResponseUpdate update)
    {
        if (update.GetStreamSummary() is not null)
        {
            // Behind the answer, and no part of it.
            return;
        }

        LastIndex = update.GetChunkMetadata()?.Index;
        Chunks++;
        _last = timeProvider.GetElapsedTime(_start);
        if (FirstContent is not null)
        {
            _chunksAfterFirst++;
        }
        else if (update.Contents.Any(IsSemantic))
        {
            FirstContent = _last;
        }
    }

    // A role or an empty text announces an answer; it does not begin one.
    private static bool IsSemantic(AIContent content) => content is not (UsageContent or TextContent { Text: "" } or TextReasoningContent { Text: "" });
}
