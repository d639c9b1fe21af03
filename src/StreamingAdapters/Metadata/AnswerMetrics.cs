using System.Diagnostics.Metrics;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Records one answer. Names of models and providers are its only tags of free text.</summary>
internal sealed class AnswerMetrics(AnswerInstruments instruments, string? provider, string? requestedModel)
{
    private KeyValuePair<string, object?>[]? _tags;
    private string? _model;

    /// <summary>A chunk arrived.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="gap">The wait for it.</param>
    /// <param name="model">The model that answers.</param>
    public void Chunk(long index, TimeSpan gap, string? model)
    {
        Histogram<double> time = index == 0 ? instruments.TimeToFirstChunk : instruments.TimePerOutputChunk;
        if (time.Enabled)
        {
            time.Record(gap.TotalSeconds, Tags(model));
        }
    }

    /// <summary>The answer ended.</summary>
    public void End(StreamSummary summary)
    {
        KeyValuePair<string, object?>[] tags = Tags(summary.Model);
        instruments.Duration.Record(summary.Duration.TotalSeconds, summary.ErrorType is { } error ? [.. tags, new("error.type", error)] : tags);
        instruments.Answers.Add(1, [.. tags, new("streaming_adapters.outcome", Word(summary.Outcome))]);
        if (summary.Chunks > 0)
        {
            instruments.Chunks.Add(summary.Chunks, tags);
        }

        if (summary.FirstContent is { } firstContent)
        {
            instruments.TimeToFirstContent.Record(firstContent.TotalSeconds, tags);
        }

        Tokens(tags, "input", summary.Usage?.InputTokenCount);
        Tokens(tags, "output", summary.Usage?.OutputTokenCount);
    }

    private void Tokens(KeyValuePair<string, object?>[] tags, string type, long? count)
    {
        if (count is { } known)
        {
            instruments.TokenUsage.Record(known, [.. tags, new("gen_ai.token.type", type)]);
        }
    }

    private static string Word(StreamOutcome outcome) => outcome switch
    {
        StreamOutcome.Completed => "completed",
        StreamOutcome.Failed => "failed",
        StreamOutcome.Cancelled => "cancelled",
        _ => "abandoned",
    };

    private KeyValuePair<string, object?>[] Tags(string? model)
    {
        if (_tags is null || !string.Equals(model, _model, StringComparison.Ordinal))
        {
            _model = model;
            _tags = StageMeter.Tags(
                ("gen_ai.operation.name", "chat"),
                ("gen_ai.provider.name", provider),
                ("gen_ai.request.model", requestedModel),
                ("gen_ai.response.model", model));
        }

        return _tags;
    }
}
