using System.Diagnostics.Metrics;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>The instruments of attempts, on the meter <c>StreamingAdapters</c>. Names of routes, providers and models are their only tags of free text.</summary>
internal sealed class AttemptInstruments
{
    private readonly Histogram<double> _duration;

    /// <param name="meterFactory">Makes the meter; null for the process's own.</param>
    public AttemptInstruments(IMeterFactory? meterFactory) => _duration = StageMeter.Of(meterFactory)
        .CreateHistogram("streaming_adapters.attempt.duration", "s", "Time of an attempt to its first content or its failure.", tags: null, StageMeter.Seconds);

    public void Record(Attempt attempt)
    {
        if (!_duration.Enabled)
        {
            return;
        }

        AttemptRecord record = attempt.ToRecord();
        _duration.Record(
            record.Duration.TotalSeconds,
            StageMeter.Tags(
                ("streaming_adapters.route", attempt.Route.Name),
                ("gen_ai.provider.name", record.Provider),
                ("gen_ai.request.model", record.Model),
                ("error.type", record.Kind?.ToString())));
    }
}
