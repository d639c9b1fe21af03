using Microsoft.Extensions.AI;
using StreamingAdapters;
using StreamingAdapters.Metadata;

namespace ConsoleChat.Answers;

/// <summary>One answer as it ended, whole or not.</summary>
internal sealed record AnswerResult
{
    public required string Provider { get; init; }

    public string? Model { get; init; }

    public StreamingMode Mode { get; init; }

    /// <summary>What came; the partial where <see cref="Error"/> says why there is no more.</summary>
    public string Text { get; init; } = "";

    public int Chunks { get; init; }

    public TimeSpan? FirstContent { get; init; }

    public double? ChunksPerSecond { get; init; }

    public ChatFinishReason? FinishReason { get; init; }

    public UsageDetails? Usage { get; init; }

    /// <summary>What the stages measured; null in basic mode.</summary>
    public StreamSummary? Summary { get; init; }

    /// <summary>The number of the last chunk, from 0; null in basic mode.</summary>
    public long? LastIndex { get; init; }

    /// <summary>Why the answer is not complete, in a sentence; null when it is.</summary>
    public string? Error { get; init; }

    public int ExitCode => Error is null ? ConsoleChat.ExitCode.Complete : ConsoleChat.ExitCode.Failed;
}
