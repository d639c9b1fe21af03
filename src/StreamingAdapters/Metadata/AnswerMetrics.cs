using System.Diagnostics.Metrics;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Records one answer. Names of models and providers are its only tags of free text.</summary>
internal sealed class AnswerMetrics(AnswerInstruments instruments)
{
    private KeyValuePair<string, object?>[]? _tags;
    private string? _provider;
    private string? _requestedModel;
    private string? _model;

    /// <summary>A chunk arrived.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="answer">The answer, measured as far as this chunk.</param>
    public void Chunk(long index, AnswerMeasure answer)
    {
        Histogram<double> time = index == 0 ? instruments.TimeToFirstChunk : instruments.TimePerOutputChunk;
        if (time.Enabled)
        {
            time.Record(answer.Gap.TotalSeconds, Tags(answer.Provider, answer.RequestedModel, answer.Model));
        }
    }

    /// <summary>The answer ended.</summary>
    public void End(StreamSummary summary, string? requestedModel)
    {
        KeyValuePair<string, object?>[] tags = Tags(summary.Provider, requestedModel, summary.Model);
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

    private KeyValuePair<string, object?>[] Tags(string? provider, string? requestedModel, string? model)
    {
        if (_tags is null || (provider, requestedModel, model) != (_provider, _requestedModel, _model))
        {
            (_provider, _requestedModel, _model) = (provider, requestedModel, model);
            _tags = StageMeter.Tags(
                ("gen_ai.operation.name", "chat"),
                ("gen_ai.provider.name", provider),
                ("gen_ai.request.model", requestedModel),
                ("gen_ai.response.model", model));
        }

        return _tags;
    }
}
