using System.Globalization;
using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;

namespace ConsoleChat.Answers;

/// <summary>The two lines under an answer: how it went and what it used.</summary>
internal static class StatusLine
{
    public static string Of(AnswerResult answer)
    {
        string end = answer.Error is null ? answer.FinishReason?.Value ?? "complete" : "incomplete";
        string first = answer.FirstContent is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"first content {time.TotalMilliseconds:0} ms")
            : "no content";
        string chunks = answer.Chunks == 1 ? "1 chunk" : string.Create(CultureInfo.InvariantCulture, $"{answer.Chunks} chunks");
        string? pace = answer.ChunksPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $" | {rate:0.0} chunks/s") : null;
        return $"[{end} | {first} | {chunks}{pace}]";
    }

    public static string Usage(UsageDetails? usage) => usage is null
        ? "[usage | not reported]"
        : $"[usage | input {Count(usage.InputTokenCount)} | output {Count(usage.OutputTokenCount)} | total {Count(usage.TotalTokenCount)} tokens]";

    /// <summary>What the stages of enhanced mode measured; the chunks' numbers are theirs, not this program's.</summary>
    public static string Summary(StreamSummary summary, long? lastIndex)
    {
        string chunks = lastIndex is { } last ? $"chunks 0 to {last}" : "no chunks";
        string? first = summary.FirstContent is { } time ? string.Create(CultureInfo.InvariantCulture, $" | first content {time.TotalMilliseconds:0} ms") : null;
        string? pace = summary.TokensPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $" | {rate:0.0} tokens/s") : null;
        string duration = string.Create(CultureInfo.InvariantCulture, $"{summary.Duration.TotalSeconds:0.00} s");
        return $"[summary | {summary.Outcome} | {chunks} | {summary.Bytes} bytes{first} | {duration}{pace}]";
    }

    private static string Count(long? tokens) => tokens?.ToString(CultureInfo.InvariantCulture) ?? "?";
}
