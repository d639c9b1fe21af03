using System.Collections.Concurrent;
using StreamingAdapters.Metadata;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Keeps every summary and every record of usage.</summary>
internal sealed class AnswerRecords : IStreamSummarySink, IUsageSink
{
    public ConcurrentQueue<StreamSummary> Summaries { get; } = new();

    public ConcurrentQueue<UsageRecord> Usages { get; } = new();

    public void Write(StreamSummary summary) => Summaries.Enqueue(summary);

    public void Write(UsageRecord record) => Usages.Enqueue(record);
}
