using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Limits;

/// <summary>The instrument of queues, on the meter <c>StreamingAdapters</c>. Names of providers and models are its only tags of free text.</summary>
internal sealed class QueueInstruments
{
    private readonly Histogram<double> _duration;

    /// <param name="meterFactory">Makes the meter; null for the process's own.</param>
    public QueueInstruments(IMeterFactory? meterFactory) => _duration = StageMeter.Of(meterFactory)
        .CreateHistogram("streaming_adapters.queue.duration", "s", "Time that a call waited for the permits of this application's own limits.", tags: null, StageMeter.Seconds);

    /// <summary>Records the wait of a call that waited.</summary>
    /// <param name="queued">How long; nothing is recorded for zero.</param>
    /// <param name="metadata">Whom the call is for.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="error">What ended the wait without a permit; null when it got one.</param>
    public void Record(TimeSpan queued, ChatClientMetadata? metadata, ChatOptions? options, Exception? error)
    {
        if (queued <= TimeSpan.Zero || !_duration.Enabled)
        {
            return;
        }

        ChatErrorKind? kind = error switch
        {
            null => null,
            ChatAdapterException known => known.Kind,
            OperationCanceledException => ChatErrorKind.Cancelled,
            _ => ChatErrorKind.Unknown,
        };
        _duration.Record(
            queued.TotalSeconds,
            StageMeter.Tags(("gen_ai.provider.name", metadata?.ProviderName), ("gen_ai.request.model", options?.ModelId ?? metadata?.DefaultModelId), ("error.type", kind?.ToString())));
    }
}
