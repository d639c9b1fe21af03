using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Numbers and times the chunks of an answer, and sums the answer up.</summary>
/// <remarks>
/// <para>
/// Every update is handed out as a copy that carries <see cref="ChunkMetadata"/>. Behind the last one comes one more, the summary's: it has no content and no
/// message id, so that it is found on the response, and it is no chunk itself. Without streaming the summary alone is written, on a copy of the response.
/// A failed or cancelled answer has its summary on the exception, the same instance as the inner client threw. Every summary, also of an answer whose
/// consumer is gone, goes to the sinks, the log and the metrics.
/// </para>
/// <para>
/// Metadata that comes from inside, for example from a cache, is replaced. What this library's stages wrote is taken out of the messages of a call, on copies, so
/// that a saved answer does not change later requests. The stage waits as long as its inner client does, also for one that ignores its token.
/// </para>
/// </remarks>
public sealed partial class StreamingMetadataChatClient : StreamingStageChatClient
{
    private readonly ChunkStamp? _stamp;
    private readonly TimeProvider _timeProvider;
    private readonly IStreamSummarySink[] _sinks;
    private readonly AnswerInstruments? _instruments;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What is written; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where summaries, failures of sinks and a wrong order of stages are logged; null for nowhere.</param>
    /// <param name="sinks">Receive every summary; null for none.</param>
    /// <param name="meterFactory">Makes the meter <c>StreamingAdapters</c>; null for one that the process has.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    public StreamingMetadataChatClient(
        IChatClient innerClient,
        StreamingMetadataOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        IEnumerable<IStreamSummarySink>? sinks = null,
        IMeterFactory? meterFactory = null)
        : base(innerClient, StreamingStage.Metadata, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingMetadataOptions(), nameof(options));
        _stamp = options.Chunks ? new ChunkStamp() : null;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _sinks = [.. sinks ?? []];
        _instruments = options.Metrics ? new AnswerInstruments(meterFactory) : null;
    }

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        (AnswerMeasure answer, AnswerMetrics? metrics) = Begin();
        ChatResponse response;
        try
        {
            answer.StartWait();
            response = await InnerClient.GetResponseAsync(OwnKeys.RemoveFrom(messages), options, cancellationToken);
        }
        catch (Exception e)
        {
            StopWait(answer, options);
            Fail(answer, metrics, e, cancellationToken);
            throw;
        }

        StopWait(answer, options);
        answer.Take(response);
        return ResponseCopy.With(response, StreamingKeys.Summary, SummaryProperties.Write(End(answer, metrics, StreamOutcome.Completed)));
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (AnswerMeasure answer, AnswerMetrics? metrics) = Begin();
        IAsyncEnumerator<ChatResponseUpdate>? updates = null;
        StreamSummary? summary = null;
        try
        {
            while (true)
            {
                ChatResponseUpdate update;
                try
                {
                    answer.StartWait();
                    updates ??= InnerClient.GetStreamingResponseAsync(OwnKeys.RemoveFrom(messages), options, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    bool isThere = await updates.MoveNextAsync();
                    StopWait(answer, options);
                    if (!isThere)
                    {
                        break;
                    }

                    update = updates.Current;
                }
                catch (Exception e)
                {
                    StopWait(answer, options);
                    summary = Fail(answer, metrics, e, cancellationToken);
                    throw;
                }

                if (InnerSummary.RemoveFrom(update) is { } chunk)
                {
                    yield return Take(chunk, answer, metrics);
                }
            }

            summary = End(answer, metrics, StreamOutcome.Completed);
        }
        finally
        {
            summary ??= End(answer, metrics, cancellationToken.IsCancellationRequested ? StreamOutcome.Cancelled : StreamOutcome.Abandoned);
            if (updates is not null)
            {
                await updates.DisposeAsync();
            }
        }

        yield return new ChatResponseUpdate { ResponseId = answer.ResponseId, AdditionalProperties = new() { [StreamingKeys.Summary] = SummaryProperties.Write(summary) } };
    }

    private ChatResponseUpdate Take(ChatResponseUpdate chunk, AnswerMeasure answer, AnswerMetrics? metrics)
    {
        long index = answer.Chunks;
        answer.Count(chunk);
        metrics?.Chunk(index, answer);
        return _stamp?.Copy(chunk, index, answer) ?? chunk;
    }

    private (AnswerMeasure Answer, AnswerMetrics? Metrics) Begin() => (new AnswerMeasure(_timeProvider), _instruments is null ? null : new AnswerMetrics(_instruments));

    private void StopWait(AnswerMeasure answer, ChatOptions? options)
    {
        answer.StopWait();
        if (!answer.IsAsked)
        {
            var metadata = InnerClient.GetService<ChatClientMetadata>();
            answer.Asked(metadata?.ProviderName, options?.ModelId ?? metadata?.DefaultModelId);
        }
    }

    private StreamSummary Fail(AnswerMeasure answer, AnswerMetrics? metrics, Exception exception, CancellationToken cancellationToken)
    {
        StreamOutcome outcome = CallersCancellation.Is(exception, cancellationToken) ? StreamOutcome.Cancelled : StreamOutcome.Failed;
        StreamSummary summary = End(answer, metrics, outcome, exception);
        ExceptionData.Set(exception, StreamingKeys.Summary, SummaryProperties.Write(summary));
        return summary;
    }

    private StreamSummary End(AnswerMeasure answer, AnswerMetrics? metrics, StreamOutcome outcome, Exception? exception = null)
    {
        StreamSummary summary = answer.Summarize(outcome, exception);
        metrics?.End(summary, answer.RequestedModel);
        LogLevel level = outcome is StreamOutcome.Completed ? LogLevel.Debug : LogLevel.Information;
        LogEnd(Logger, level, summary.Provider, summary.Model, outcome, summary.Duration, summary.Chunks, summary.Bytes, summary.Attempts, summary.ErrorType);
        foreach (IStreamSummarySink sink in _sinks)
        {
            try
            {
                sink.Write(summary);
            }
            catch (Exception e)
            {
                LogSinkFailed(Logger, e, sink.GetType());
            }
        }

        return summary;
    }

    [LoggerMessage(EventId = 10, Message = "The answer of {Provider} {Model} ended: {Outcome} after {Duration}, {Chunks} chunks, {Bytes} bytes of text, attempts {Attempts}, error {ErrorType}.")]
    private static partial void LogEnd(
        ILogger logger, LogLevel level, string? provider, string? model, StreamOutcome outcome, TimeSpan duration, long chunks, long bytes, int attempts, string? errorType);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "The summary sink {Sink} threw. The answer is not affected; the sink misses its summary.")]
    private static partial void LogSinkFailed(ILogger logger, Exception exception, Type sink);
}
