using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>One call, from its beginning to its record. Not thread-safe.</summary>
internal sealed class UsageCall
{
    private readonly UsageRecorder _recorder;
    private readonly IReadOnlyList<ChatMessage> _messages;
    private readonly ChatOptions? _options;
    private readonly CancellationToken _cancellationToken;
    private readonly AnswerMeter _meter;
    private readonly string? _conversationId;
    private readonly long _start;
    private readonly bool _isCancelledBefore;
    private bool _isRecorded;

    public UsageCall(UsageRecorder recorder, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        _recorder = recorder;
        _messages = messages;
        _options = options;
        _cancellationToken = cancellationToken;
        _meter = new AnswerMeter(recorder.Estimates);
        _conversationId = recorder.ConversationId?.Invoke(options) ?? options?.ConversationId;
        _start = recorder.TimeProvider.GetTimestamp();
        _isCancelledBefore = cancellationToken.IsCancellationRequested;
    }

    public void Observe(ChatResponseUpdate update) => _meter.Observe(update);

    public void Complete() => Record(StreamOutcome.Completed, isUnsent: false);

    public void Complete(ChatResponse response)
    {
        _meter.Observe(response);
        Complete();
    }

    /// <summary>Records a failure, and puts the record on it.</summary>
    public void Fail(Exception exception)
    {
        _meter.Observe(exception);
        StreamOutcome outcome = CallersCancellation.Is(exception, _cancellationToken) ? StreamOutcome.Cancelled : StreamOutcome.Failed;
        bool isRefused = outcome is StreamOutcome.Failed && UnsentRequest.Is(exception);
        UsageRecord record = Record(outcome, isUnsent: _isCancelledBefore || isRefused);
        ExceptionData.Set(exception, StreamingKeys.Usage, UsageRecordProperties.Write(record));
    }

    /// <summary>Records that the consumer stopped reading, unless the end was recorded already.</summary>
    public void Abandon()
    {
        if (!_isRecorded)
        {
            Record(_cancellationToken.IsCancellationRequested ? StreamOutcome.Cancelled : StreamOutcome.Abandoned, isUnsent: _isCancelledBefore && !_meter.HasBegun);
        }
    }

    private UsageRecord Record(StreamOutcome outcome, bool isUnsent)
    {
        _isRecorded = true;
        ChatClientMetadata? metadata = _recorder.Metadata;
        string? requestedModel = _options?.ModelId ?? metadata?.DefaultModelId;
        var replays = new ReplayFinder(_recorder.Accumulator, _meter.Rounds, outcome);
        var settlement = new AnswerSettlement(
            _meter.Rounds, outcome, requestedModel, _recorder.Prices, _recorder.Estimates ? _recorder.Accumulator.Estimator : null, () => _recorder.BytesOf(_messages, _options));
        bool isCacheHit = replays.IsReplay;
        SettledUsage settled = settlement.Settle(round => !isCacheHit && replays.IsCounted(round), isUnsent);
        bool isReported = AnswerSettlement.IsReported(settled, outcome);
        UsageRound? last = _meter.Rounds.LastOrDefault(static round => round.Said is { IsBegun: true, IsTool: false })?.Said;
        var record = new UsageRecord
        {
            Kind = isReported ? UsageKind.Reported : settled.IsSaid ? UsageKind.Partial : UsageKind.Estimated,
            Usage = settled.Usage,
            InputError = settled.InputError,
            OutputError = settled.OutputError,
            Provider = _meter.Provider ?? metadata?.ProviderName,
            Model = last?.ModelId ?? requestedModel,
            ResponseId = last?.ResponseId,
            ConversationId = _conversationId ?? _meter.ConversationId,
            Timestamp = _recorder.TimeProvider.GetUtcNow(),
            Duration = _recorder.TimeProvider.GetElapsedTime(_start),
            Outcome = outcome,
            IsCacheHit = isCacheHit,
            Cost = isCacheHit ? 0 : settled.Cost,
        };
        if (isReported && !isCacheHit)
        {
            Learn(settlement, requestedModel, replays);
            replays.MarkCounted();
        }

        _recorder.Record(record, _meter.ConversationId);
        return record;
    }

    // A conversation that the service keeps has more input than its request, and images are no text.
    private void Learn(AnswerSettlement settlement, string? requestedModel, ReplayFinder replays)
    {
        if (!_recorder.Estimates || _meter.IsSummedUp || _meter.Rounds.Any(static round => round is { Said.IsTool: false, IsReported: false }))
        {
            return;
        }

        bool knowsInput = _options?.ConversationId is null && ContentBytes.AreText(_messages);
        UsageEstimator estimator = _recorder.Accumulator.Estimator;
        long bytes = knowsInput ? settlement.RequestBytes : 0;
        foreach (MeteredRound round in _meter.Rounds)
        {
            if (!round.Said.IsTool && !replays.IsCounted(round))
            {
                string? model = round.Said.ModelId ?? requestedModel;
                estimator.LearnOutput(model, round.Bytes, round.Said.Reported!.OutputTokenCount);
                estimator.LearnInput(model, knowsInput ? bytes : 0, round.Said.Reported!.InputTokenCount);
            }

            bytes += round.Bytes;
        }
    }
}
