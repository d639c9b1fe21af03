using System.Collections.Concurrent;
using StreamingAdapters.Metadata;

namespace StreamingAdapters.Tests.Metadata;

internal sealed class RecordingSink : IStreamSummarySink
{
    private readonly ConcurrentQueue<StreamSummary> _summaries = new();

    public IReadOnlyCollection<StreamSummary> Summaries => _summaries;

    public void Write(StreamSummary summary) => _summaries.Enqueue(summary);
}
