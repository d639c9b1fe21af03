using System.Diagnostics.Metrics;

namespace StreamingAdapters.Metadata;

/// <summary>The instruments of the meter <c>StreamingAdapters</c>.</summary>
/// <remarks>
/// Names, units and buckets of <c>gen_ai.*</c> are those of OpenTelemetry's semantic conventions for generative AI
/// (open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md, status Development); the others are this library's own.
/// </remarks>
internal sealed class AnswerInstruments
{
    public const string MeterName = "StreamingAdapters";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    };

    private AnswerInstruments(Meter meter)
    {
        Duration = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "GenAI operation duration.", tags: null, Seconds);
        TimeToFirstChunk = meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from the call to the first chunk.", tags: null, Seconds);
        TimePerOutputChunk = meter.CreateHistogram("gen_ai.client.operation.time_per_output_chunk", "s", "Time from a chunk to the next.", tags: null, Seconds);
        TokenUsage = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, Tokens);
        TimeToFirstContent = meter.CreateHistogram("streaming_adapters.time_to_first_content", "s", "Time from the call to the first content.", tags: null, Seconds);
        Answers = meter.CreateCounter<long>("streaming_adapters.answers", "{answer}", "Number of answers, by how they ended.");
        Chunks = meter.CreateCounter<long>("streaming_adapters.chunks", "{chunk}", "Number of chunks streamed.");
    }

    /// <summary>The process's own, where no factory is given.</summary>
    /// <remarks>
    /// One for all stages and never disposed, as the framework's own meters are: a stage of its own for each would take the measurements of
    /// calls in flight with it when its pipeline is replaced, and publish every instrument again.
    /// </remarks>
    private static AnswerInstruments Shared { get; } = new(new Meter(MeterName));

    public Histogram<double> Duration { get; }

    public Histogram<double> TimeToFirstChunk { get; }

    public Histogram<double> TimePerOutputChunk { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> TimeToFirstContent { get; }

    public Counter<long> Answers { get; }

    public Counter<long> Chunks { get; }

    /// <summary>The instruments of a factory, which gives the same meter, and so the same instruments, to every stage.</summary>
    public static AnswerInstruments Of(IMeterFactory? factory) => factory is null ? Shared : new AnswerInstruments(factory.Create(new MeterOptions(MeterName)));
}
