using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Limits;

/// <summary>Ends answers that are too large or go round in circles, and holds calls back that are too many at once or in a time.</summary>
/// <remarks>
/// <para>
/// What fits of an answer is delivered, text up to the character; then the inner stream is disposed, and <see cref="ChatErrorKind.BufferLimitExceeded"/> is thrown. A whole answer is
/// measured when it is there, by the same rules; the text that fits is in <see cref="ChatAdapterException.Partial"/>.
/// </para>
/// <para>
/// The permits of a call are taken when its enumeration begins, or at <c>GetResponseAsync</c>, and held until it ends: by its end, a failure, cancellation, or because the consumer leaves. A
/// call without a permit waits in the queue or is refused, with <see cref="ChatErrorKind.RateLimited"/> and a hint where the limiter has one. How long it waited is on its first update or its
/// response (<see cref="StreamQueueTime"/>). Under limits on calls a client that ignores its token is left after 250 ms, and its permit comes back then; without them the stage has no clock.
/// </para>
/// </remarks>
public sealed class StreamingLimitsChatClient : StreamingStageChatClient
{
    private readonly StreamingLimitsOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CallLimits _calls;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">The limits; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where a wrong order of stages is warned of; null for nowhere.</param>
    /// <param name="meterFactory">Makes the meter <c>StreamingAdapters</c>; null for one that the process has.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public StreamingLimitsChatClient(
        IChatClient innerClient,
        StreamingLimitsOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        IMeterFactory? meterFactory = null)
        : this(innerClient, options, timeProvider, loggerFactory, meterFactory, state: null)
    {
    }

    internal StreamingLimitsChatClient(
        IChatClient innerClient, StreamingLimitsOptions? options, TimeProvider? timeProvider, ILoggerFactory? loggerFactory, IMeterFactory? meterFactory, LimitsState? state)
        : base(innerClient, StreamingStage.Limits, loggerFactory)
    {
        _options = SettingsFailures.Check(options ?? new StreamingLimitsOptions(), nameof(options)).Copy();
        _timeProvider = timeProvider ?? TimeProvider.System;
        state ??= new LimitsState(_timeProvider);
        _calls = new CallLimits(state.LimitsOf(_options), _timeProvider, new QueueInstruments(meterFactory));
    }

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ChatResponse response = _calls.AreNone
            ? await InnerClient.GetResponseAsync(messages, options, cancellationToken)
            : await RespondWithPermitAsync(messages, options, cancellationToken);
        var limits = new AnswerLimits(_options);
        return limits.Admits(response, out string text) ? response : throw Failure(limits.Passed.GetValueOrDefault(), response, text);
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var limits = new AnswerLimits(_options);
        IAsyncEnumerable<ChatResponseUpdate> updates = _calls.AreNone
            ? InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken)
            : StreamWithPermitAsync(messages, options, cancellationToken);
        await foreach (ChatResponseUpdate update in updates)
        {
            if (!limits.Admits(update))
            {
                break;
            }

            yield return update;
        }

        if (limits.Passed is { } passed)
        {
            if (limits.Rest is { } rest)
            {
                yield return rest;
            }

            throw Failure(passed, isStreaming: true, partial: null);
        }
    }

    private async Task<ChatResponse> RespondWithPermitAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using CallPermit permit = await AcquireAsync(options, cancellationToken);
        ChatResponse response = await PatientCall.AwaitAsync(InnerClient.GetResponseAsync(messages, options, cancellationToken), _timeProvider, cancellationToken);
        return permit.Queued > TimeSpan.Zero ? ResponseCopy.With(response, StreamingKeys.Queued, permit.Queued) : response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamWithPermitAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CallPermit permit = await AcquireAsync(options, cancellationToken);
        await using var reader = new UpdateReader(token => InnerClient.GetStreamingResponseAsync(messages, options, token), _timeProvider, cancellationToken);
        TimeSpan untold = permit.Queued;
        while (true)
        {
            ReadOutcome outcome = await reader.ReadAsync();
            if (outcome is ReadOutcome.Interrupted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            if (outcome is ReadOutcome.End)
            {
                yield break;
            }

            ChatResponseUpdate update = reader.Current;
            if (untold > TimeSpan.Zero)
            {
                update = update.With(StreamingKeys.Queued, untold);
                untold = TimeSpan.Zero;
            }

            yield return update;
        }
    }

    private ValueTask<CallPermit> AcquireAsync(ChatOptions? options, CancellationToken cancellationToken) =>
        _calls.AcquireAsync(InnerClient.GetService<ChatClientMetadata>(), options, cancellationToken);

    // The answer was given and is paid for: what it used is told by the exception, as of an attempt that failed.
    private ChatStreamException Failure(PassedLimit passed, ChatResponse response, string text)
    {
        ChatStreamException failure = Failure(passed, isStreaming: false, text);
        IReadOnlyList<AttemptRecord> attempts = AttemptRecord.ReadFrom(response.AdditionalProperties);
        AttemptRecord last = attempts is [.., var known] ? known : new AttemptRecord { Provider = failure.Provider, Model = response.ModelId };
        ExceptionData.Set(failure, StreamingKeys.Attempts, AttemptRecord.Write([.. attempts.SkipLast(1), last with { Kind = failure.Kind, Usage = response.Usage ?? last.Usage }]));
        return failure;
    }

    private ChatStreamException Failure(PassedLimit passed, bool isStreaming, string? partial)
    {
        string? provider = InnerClient.GetService<ChatClientMetadata>()?.ProviderName;
        return new ChatStreamException(ChatErrorKind.BufferLimitExceeded, LimitsSentences.Compose(passed, _options, provider, isStreaming)) { Provider = provider, Partial = partial };
    }
}
