using System.Diagnostics.Metrics;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>The instruments of the meter <c>StreamingAdapters</c>.</summary>
/// <remarks>
/// Names, units and buckets of <c>gen_ai.*</c> are those of OpenTelemetry's semantic conventions for generative AI
/// (open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md, status Development); the others are this library's own.
/// </remarks>
internal sealed class AnswerInstruments
{
    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    };

    /// <param name="meterFactory">Makes the meter; null for the process's own.</param>
    public AnswerInstruments(IMeterFactory? meterFactory)
    {
        Meter meter = StageMeter.Of(meterFactory);
        Duration = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "GenAI operation duration.", tags: null, StageMeter.Seconds);
        TimeToFirstChunk = meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from the call to the first chunk.", tags: null, StageMeter.Seconds);
        TimePerOutputChunk = meter.CreateHistogram("gen_ai.client.operation.time_per_output_chunk", "s", "Time from a chunk to the next.", tags: null, StageMeter.Seconds);
        TokenUsage = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, Tokens);
        TimeToFirstContent = meter.CreateHistogram("streaming_adapters.time_to_first_content", "s", "Time from the call to the first content.", tags: null, StageMeter.Seconds);
        Answers = meter.CreateCounter<long>("streaming_adapters.answers", "{answer}", "Number of answers, by how they ended.");
        Chunks = meter.CreateCounter<long>("streaming_adapters.chunks", "{chunk}", "Number of chunks streamed.");
    }

    public Histogram<double> Duration { get; }

    public Histogram<double> TimeToFirstChunk { get; }

    public Histogram<double> TimePerOutputChunk { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> TimeToFirstContent { get; }

    public Counter<long> Answers { get; }

    public Counter<long> Chunks { get; }
}
